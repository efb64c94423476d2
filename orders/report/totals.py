"""The totals of a filter, day by day: from the figures per day where they know them, else from the newest
receipts themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from operator import add, attrgetter

from django.db.models import Count, F, Q, QuerySet, Sum

from backoffice.core.pages.periods import Period
from backoffice.core.text.money import divide
from customers.models import DailyFigures
from orders.choices import OrderStatus, ServiceType
from orders.models import Order
from orders.report.state import ReportState

# Of what the figures per day do not know, so many receipts are read, newest first
COUNTED = 20_000


@dataclass
class Sums:
    """Receipts that count, revenue and tips in cents, deliveries by own drivers and the late ones of them."""

    receipts: int = 0
    revenue_cents: int = 0
    tips_cents: int = 0
    deliveries: int = 0
    late: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*map(add, _values(self), _values(other)))

    @property
    def average_cents(self) -> int | None:
        return divide(self.revenue_cents, self.receipts)

    @property
    def tip_per_receipt_cents(self) -> int | None:
        return divide(self.tips_cents, self.receipts)


_values = attrgetter(*(one.name for one in fields(Sums)))


@dataclass(frozen=True)
class Totals:
    """The sums of each day that has any, oldest first. `is_capped`: of the newest COUNTED receipts alone."""

    days: dict[date, Sums]
    is_capped: bool = False

    @cached_property
    def whole(self) -> Sums:
        return Sums(*map(sum, zip(*map(_values, self.days.values()), strict=True)))


def totals_of(state: ReportState) -> Totals:
    """One query."""
    if state.is_rolled_up:
        return Totals(_rolled_up(state, state.period))
    days = _counted(state.receipts)
    count = sum(sums.receipts for sums in days.values())
    return Totals(days, is_capped=count >= COUNTED)


def totals_before(state: ReportState) -> Sums | None:
    """What a running month compares with; None where nothing does."""
    before = state.period.before()
    if before is None or not state.is_rolled_up:
        return None
    return Totals(_rolled_up(state, before)).whole


def _rolled_up(state: ReportState, period: Period) -> dict[date, Sums]:
    rows = DailyFigures.objects.filter(organisation=state.organisation)
    if period.first:
        rows = rows.filter(day__gte=period.first)
    if period.last:
        rows = rows.filter(day__lte=period.last)
    if state.location is not None:
        rows = rows.filter(location=state.location)
    if "location" in state.filters:
        rows = rows.filter(location__in=state.filters["location"])
    if "source" in state.filters:
        rows = rows.filter(source__in=state.filters["source"])
    summed = rows.order_by("day").values_list("day")
    summed = summed.annotate(**{f"sum_{one.name}": Sum(one.name, default=0) for one in fields(Sums)})
    return _by_day(summed.filter(sum_receipts__gt=0))


def _counted(receipts: QuerySet[Order]) -> dict[date, Sums]:
    newest = (
        receipts.filter(status=OrderStatus.COMPLETED).order_by("-placed_at", "-pk").values("pk")[:COUNTED]
    )
    delivered = Q(service_type=ServiceType.DELIVERY, delivered_at__isnull=False, promised_at__isnull=False)
    rows = Order.objects.filter(pk__in=newest).order_by("placed_on").values_list("placed_on")
    summed = rows.annotate(
        receipts=Count("pk"),
        revenue=Sum(F("total_cents") - F("refunded_cents"), default=0),
        tips=Sum("tip_cents", default=0),
        deliveries=Count("pk", filter=delivered),
        late=Count("pk", filter=delivered & Q(delivered_at__gt=F("promised_at"))),
    )
    return _by_day(summed)


def _by_day(rows: Iterable[tuple]) -> dict[date, Sums]:
    return {day: Sums(*sums) for day, *sums in rows}
