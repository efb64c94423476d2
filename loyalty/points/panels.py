"""What a customer's profile shows of the points ledger: sums, every entry, lines of the activity log."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.paging import Cursor
from backoffice.core.text.formats import Formats
from customers.extensions import ActivityFeed, Panel
from customers.models import Customer
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points import lots

PER_PAGE = 50
SOON = timedelta(days=90)
_MOST_WARNINGS = 3
_WORDS = {
    PointsKind.EARNED: (gettext_lazy("Points earned: %(points)s"), "ok"),
    PointsKind.REDEEMED: (gettext_lazy("Points redeemed: %(points)s"), "neutral"),
    PointsKind.EXPIRED: (gettext_lazy("Points expired: %(points)s"), "warn"),
    PointsKind.ADJUSTED: (gettext_lazy("Points adjusted: %(points)s"), "warn"),
    PointsKind.REVERSED: (gettext_lazy("Points taken back: %(points)s"), "bad"),
    PointsKind.OPENING: (gettext_lazy("Points carried over: %(points)s"), "ok"),
    PointsKind.RELEASED: (gettext_lazy("Points given back: %(points)s"), "ok"),
    PointsKind.MOVED: (gettext_lazy("Points moved with an order: %(points)s"), "neutral"),
}


@dataclass(frozen=True)
class LedgerRow:
    """One line of the ledger as text; `receipt` is its number, `receipt_query` leads to it in the profile."""

    day: str
    time: str
    iso: str
    kind: str
    change: str
    balance: str
    receipt: str
    receipt_query: str
    who: str
    reason: str = ""


def points_panel(customer: Customer, formats: Formats) -> Panel:
    """Earned, spent and open points as text. No query."""
    return Panel("loyalty/points/_points_panel.html", _sums(customer, formats))


def points_ledger(customer: Customer, data, formats: Formats) -> Panel:
    """A page of the ledger in the order it was written, newest first. Three queries."""
    entries = PointsEntry.objects.filter(customer=customer).order_by("-pk")
    before = whole_number(data.get("before"), None)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    lines = list(entries.select_related("order", "actor")[: PER_PAGE + 1])
    shown = lines[:PER_PAGE]
    balance = entries.aggregate(sum=Sum("points", default=0))["sum"]
    rows = []
    for entry in shown:
        rows.append(ledger_row(entry, formats, balance))
        balance -= entry.points
    page = {
        "expiring": _expiring(customer, formats) if customer.stats.points else [],
        "rows": rows,
        "older": shown[-1].pk if len(lines) > PER_PAGE else 0,
        "is_first": before is None,
    }
    return Panel("loyalty/points/_ledger_panel.html", _sums(customer, formats) | page)


def points_feed(customer: Customer) -> ActivityFeed:
    return ActivityFeed(
        "points",
        PointsEntry.objects.filter(customer=customer),
        at="occurred_at",
        code=F("kind"),
        text=F("reason"),
        number=F("points"),
        say=_say,
        actor=F("actor__name"),
    )


def _sums(customer: Customer, formats: Formats) -> dict:
    stats = customer.stats
    return {
        "earned": formats.number(stats.earned_points),
        "spent": formats.number(stats.points - stats.earned_points),
        "now": formats.number(stats.points),
        "is_empty": not stats.points and not stats.earned_points,
        "customer": customer,
    }


def _expiring(customer: Customer, formats: Formats) -> list[tuple[str, str]]:
    """How many points expire soon, and on which day, the next first."""
    days = lots.expiring(customer.pk, formats.today + SOON)
    return [(formats.number(points), formats.day(day)) for day, points in days[:_MOST_WARNINGS]]


def ledger_row(entry: PointsEntry, formats: Formats, balance: int | None = None) -> LedgerRow:
    """One entry as text; `balance` is what there was after it, where somebody asks."""
    local = formats.local(entry.occurred_at)
    order = entry.order
    return LedgerRow(
        day=formats.day(local.date()),
        time=f"{local:%H:%M}",
        iso=entry.occurred_at.isoformat(),
        kind=capfirst(entry.get_kind_display()),
        change=_signed(entry.points, formats),
        balance="" if balance is None else formats.number(balance),
        receipt=order.external_id if order else "",
        # the page of receipts that begins with this one
        receipt_query=Cursor(order.placed_at, order.pk + 1).encode() if order else "",
        who=str(entry.actor or _("System")),
        reason=entry.reason,
    )


def _say(kind: str, text: str, points: int, formats: Formats) -> tuple[str, str, str]:
    words, tone = _WORDS[PointsKind(kind)]
    said = words % {"points": _signed(points, formats)}
    return f"{said} · {text}" if text else said, tone, "star"


def _signed(points: int, formats: Formats) -> str:
    return f"{'+' if points > 0 else ''}{formats.number(points)}"
