"""The sidebar: an explicit list of pages in the order of the design, shown by right."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.kept import Kept


@dataclass(frozen=True)
class Entry:
    """One page: its word, drawing, address, the right it needs, if any, and its keys after `G`.

    `while_new` shows it only until the organisation's first steps are done, `of_customers` only while the
    customer module is on.
    """

    label: str
    icon: str
    url_name: str
    permission: str
    keys: str = ""
    while_new: bool = False
    of_customers: bool = False


GROUPS = [
    ("", [Entry(_("Overview"), "overview", "home", "", "g o")]),
    (
        _("Organisation"),
        [
            Entry(_("First steps"), "check-circle", "first-steps", "staff.manage_modules", while_new=True),
            Entry(
                _("Customers"),
                "users",
                "customers:list",
                "customers.view_customer",
                "g k",
                of_customers=True,
            ),
            Entry(
                pgettext_lazy("customers", "Messages"),
                "message",
                "messages:list",
                "customers.send_message",
                "g m",
                of_customers=True,
            ),
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
            Entry(_("Loyalty cards"), "card", "loyalty:cards", "loyalty.view_card", of_customers=True),
            Entry(_("Coupons"), "ticket", "loyalty:coupons", "loyalty.view_coupon", of_customers=True),
            Entry(_("Programme"), "star", "loyalty:programme", "loyalty.view_programme", of_customers=True),
        ],
    ),
    (
        _("Settings"),
        [
            Entry(_("Modules"), "modules", "staff:modules", "staff.manage_modules", "g e"),
            Entry(_("Sources"), "plug", "orders:sources", "orders.manage_source"),
            Entry(
                _("Shared contacts"),
                "users",
                "shared-contacts:list",
                "staff.manage_modules",
                of_customers=True,
            ),
            Entry(_("Loyalty degrees"), "users", "degrees:edit", "staff.manage_modules", of_customers=True),
            Entry(_("Mail"), "mail", "mailbox:settings", "customers.manage_mailbox", of_customers=True),
            Entry(_("API keys"), "lock", "keys:list", "api.manage_apikey"),
            Entry(_("Webhooks"), "send", "webhooks:list", "outbox.manage_subscriber"),
            Entry(_("Exports and imports"), "log", "audit:exports", "audit.view_exportrun"),
            # whoever may import finds them beside the imports; here they would be the one other entry
            Entry(_("Background jobs"), "clock", "jobs:list", "staff.manage_modules"),
        ],
    ),
]


_menus: Kept[SafeString] = Kept(500)


def navigation(request):
    """Context processor: `navigation`, the sidebar's pages, is made only when a template places it."""
    return {"navigation": lambda: _menu(request)}


def _menu(request) -> SafeString:
    """Every page has it, and it has few looks: they are kept."""
    names = [entry.url_name for entry in _visible(request)]
    current = [name for name in names if _is_at(request.path, reverse(name))]
    return _menus.get(
        (tuple(names), tuple(current), get_language()),
        lambda: render_to_string("components/navigation.html", {"groups": _groups(names, current)}),
    )


def _is_at(path: str, url: str) -> bool:
    """On a page or below it; below `/` is everything."""
    return path == url or (url != "/" and path.startswith(url))


def _visible(request) -> list[Entry]:
    return [entry for _title, entries in GROUPS for entry in entries if _is_shown(entry, request)]


def _is_shown(entry: Entry, request) -> bool:
    organisation = request.organisation
    is_past = entry.while_new and not organisation.is_new
    is_off = entry.of_customers and not organisation.collects_customers
    is_allowed = not entry.permission or request.user.has_perm(entry.permission)
    return is_allowed and not (is_past or is_off)


def _groups(names: list[str], current: list[str]) -> list[dict]:
    groups = [
        {
            "title": title,
            "items": [
                {"entry": entry, "url": reverse(entry.url_name), "is_current": entry.url_name in current}
                for entry in entries
                if entry.url_name in names
            ],
        }
        for title, entries in GROUPS
    ]
    return [group for group in groups if group["items"]]
