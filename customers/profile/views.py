"""The profile of one customer: panels of this app and of those above it."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.pages.paging import Cursor, InvalidCursor
from backoffice.core.text.formats import Formats, formats_for
from customers.access import CustomerMerged, get_customer, merged_column
from customers.candidates import candidates_column, shown_candidates
from customers.choices import Purpose
from customers.consent import consent_switches
from customers.contacts import points_column, shown_points
from customers.extensions import Tab, customer_extensions
from customers.profile.contact import contact_details
from customers.rhythm import rhythm_panel
from customers.timeline import PER_PAGE, activities, activity_groups

OVERVIEW = "overview"
ACTIVITY = "activity"


@require_safe
@permission_required("customers.view_customer", raise_exception=True)
def profile(request, pk: int):
    """Statistics, chart, receipts, contact, consents, points, activity; `?tab=` shows one of them whole."""
    columns = {"points": points_column(), "candidates": candidates_column(), "merged_ids": merged_column()}
    try:
        customer = get_customer(request, pk, **columns)
    except CustomerMerged as merged:
        return _survivor(request, merged.survivor_id)
    formats = formats_for(request.organisation)
    tabs = _tabs()
    tab = request.GET.get("tab", OVERVIEW)
    tab = tab if tab in {one.name for one in tabs} else OVERVIEW
    context = {
        "customer": customer,
        "tabs": tabs,
        "tab": tab,
        "joined": formats.day(formats.local(customer.joined_at).date()),
        "panels": [
            panel
            for extension in customer_extensions()
            for panel in extension.panels(customer, tab=tab, data=request.GET, formats=formats)
        ],
    }
    if tab == OVERVIEW:
        context |= _overview(request, customer, formats)
    elif tab == ACTIVITY:
        context |= _activity(request, customer, formats)
    return render(request, "customers/profile/page.html", context)


def _survivor(request, pk: int):
    """Where whoever was merged is found; the merge may be undone again."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("customers:profile", args=[pk]) + query)


def _tabs() -> list[Tab]:
    middle = [tab for extension in customer_extensions() for tab in extension.tabs]
    return [Tab(OVERVIEW, _("Overview")), *middle, Tab(ACTIVITY, _("Activity"))]


def _overview(request, customer, formats: Formats) -> dict:
    lines, more = activities(customer, formats)
    switches = consent_switches(customer, request)
    may_write = not any(one.is_withdrawn for one in switches if one.purpose == Purpose.CONTACT)
    return {
        "tiles": _tiles(customer.stats, formats) if customer.stats.receipts_count else [],
        "may_write": may_write,
        "switches": switches,
        "activities": lines,
        "rhythm": rhythm_panel(customer.stats, formats),
        "has_more_activity": bool(more),
        "side_panels": [
            panel
            for extension in customer_extensions()
            for panel in extension.side_panels(customer, formats=formats)
        ],
        "points": shown_points(customer.points, formats, may_write=may_write, user=request.user),
        "candidates": shown_candidates(customer.candidates),
        "details": contact_details(customer, formats),
    }


def _tiles(stats, formats: Formats) -> list[tuple[str, str, str]]:
    """The receipt figures of PRODUCT P2 of a customer who has receipts, as (label, value, what it counts)."""
    days = (formats.today - formats.local(stats.last_order_at).date()).days
    first = formats.day(stats.first_order_on)
    return [
        (_("Total amount"), formats.money(stats.revenue_cents), _("all receipts, without tips")),
        (_("Number of receipts"), formats.number(stats.receipts_count), _last_seen(days, formats)),
        (
            _("Amount per receipt"),
            formats.money(stats.average_order),
            _("first order %(day)s") % {"day": first},
        ),
        (_("Tips"), formats.money(stats.tips_cents), _("in all")),
        (
            _("Tip per receipt"),
            formats.money(stats.tip_per_receipt),
            _("%(share)s of the amount") % {"share": formats.share(stats.tips_cents, stats.revenue_cents)}
            if stats.revenue_cents
            else "",
        ),
    ]


def _last_seen(days: int, formats: Formats) -> str:
    if days <= 0:
        return _("last visit today")
    if days == 1:
        return _("last visit yesterday")
    return _("last visit %(days)s days ago") % {"days": formats.number(days)}


def _activity(request, customer, formats: Formats) -> dict:
    group, before = request.GET.get("group", ""), _cursor(request.GET.get("before"))
    lines, more = activities(customer, formats, group=group, limit=PER_PAGE, before=before)
    return {
        "activities": lines,
        "more": more,
        "narrowed": urlencode({"tab": ACTIVITY} | ({"group": group} if group else {})),
        "group": group,
        "groups": [("", _("Everything")), *((one.name, one.label) for one in activity_groups())],
        "is_first": before is None,
    }


def _cursor(text: str | None) -> Cursor | None:
    """A place that is none of ours begins at the newest line."""
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None
