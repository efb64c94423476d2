"""The sidebar: an explicit list of pages in the order of the design, shown by right."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One page: its word, drawing, address, the right it needs and its keys after `G`.

    `while_new` shows it only until the organisation's first steps are done.
    """

    label: str
    icon: str
    url_name: str
    permission: str
    keys: str = ""
    while_new: bool = False


GROUPS = [
    (
        _("Organisation"),
        [
            Entry(_("First steps"), "check-circle", "first-steps", "staff.manage_modules", while_new=True),
            Entry(_("Customers"), "users", "customers:list", "customers.view_customer", "g k"),
            Entry(_("Locations"), "pin", "staff:locations", "staff.manage_locations"),
            Entry(_("Team"), "badge", "staff:team", "staff.manage_team"),
        ],
    ),
    (
        _("Sales"),
        [
            Entry(_("Orders"), "receipt", "orders:report", "orders.view_order", "g b"),
            Entry(_("Products"), "dish", "orders:products", "orders.view_product", "g p"),
            Entry(_("Reservations"), "calendar", "orders:reservations", "orders.view_reservation", "g r"),
            Entry(_("Deliveries"), "truck", "orders:deliveries", "orders.view_order", "g d"),
        ],
    ),
    (
        _("Loyalty"),
        [
            Entry(_("Loyalty cards"), "card", "loyalty:cards", "loyalty.view_card"),
            Entry(_("Coupons"), "ticket", "loyalty:coupons", "loyalty.view_coupon"),
            Entry(_("Programme"), "star", "loyalty:programme", "loyalty.view_programme"),
        ],
    ),
    (
        _("Settings"),
        [
            Entry(_("Modules"), "modules", "staff:modules", "staff.manage_modules", "g e"),
            Entry(_("Sources"), "plug", "orders:sources", "orders.manage_source"),
            Entry(_("Exports and imports"), "log", "audit:exports", "audit.view_exportrun"),
            # whoever may import finds them beside the imports; here they would be the one other entry
            Entry(_("Background jobs"), "clock", "jobs:list", "staff.manage_modules"),
        ],
    ),
]


def navigation(request):
    """Context processor: `navigation` is built only when a template walks through it."""
    return {"navigation": lambda: _visible_groups(request)}


def first_page(request) -> str | None:
    """The address of the first page in the sidebar, None for people who may see none."""
    return next((group["items"][0]["url"] for group in _visible_groups(request)), None)


def _visible_groups(request):
    for title, entries in GROUPS:
        items = [_item(entry, request) for entry in entries if _is_shown(entry, request)]
        if items:
            yield {"title": title, "items": items}


def _is_shown(entry: Entry, request) -> bool:
    is_past = entry.while_new and not request.organisation.is_new
    return not is_past and request.user.has_perm(entry.permission)


def _item(entry: Entry, request) -> dict:
    url = reverse(entry.url_name)
    return {"entry": entry, "url": url, "is_current": request.path.startswith(url)}
