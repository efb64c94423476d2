"""What a customer's profile shows of the points ledger: the sums, and each line in the activity log."""

from django.db.models import F, Value
from django.utils.translation import gettext_lazy

from backoffice.core.text.formats import Formats
from customers.extensions import ActivityFeed, Panel
from customers.models import Customer
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind

_WORDS = {
    PointsKind.EARNED: (gettext_lazy("Points earned: %(points)s"), "ok"),
    PointsKind.REDEEMED: (gettext_lazy("Points redeemed: %(points)s"), "neutral"),
    PointsKind.EXPIRED: (gettext_lazy("Points expired: %(points)s"), "warn"),
    PointsKind.ADJUSTED: (gettext_lazy("Points adjusted: %(points)s"), "warn"),
    PointsKind.REVERSED: (gettext_lazy("Points taken back: %(points)s"), "bad"),
    PointsKind.OPENING: (gettext_lazy("Points carried over: %(points)s"), "ok"),
}


def points_panel(customer: Customer, formats: Formats) -> Panel:
    """Earned, spent and open points as text. No query."""
    stats = customer.stats
    sums = {
        "earned": formats.number(stats.earned_points),
        "spent": formats.number(stats.points - stats.earned_points),
        "now": formats.number(stats.points),
    }
    return Panel("loyalty/programme/_points_panel.html", sums)


def points_feed(customer: Customer) -> ActivityFeed:
    return ActivityFeed(
        "points",
        PointsEntry.objects.filter(customer=customer),
        at="occurred_at",
        code=F("kind"),
        text=Value(""),
        number=F("points"),
        say=_say,
        actor=F("actor__name"),
    )


def _say(kind: str, text: str, points: int, formats: Formats) -> tuple[str, str, str]:
    words, tone = _WORDS[PointsKind(kind)]
    sign = "+" if points > 0 else ""
    return words % {"points": f"{sign}{formats.number(points)}"}, tone, "star"
