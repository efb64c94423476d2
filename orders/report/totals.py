"""The totals of a filter, day by day: from the figures per day where they know them, else from the newest
receipts themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from operator import add, attrgetter

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, Q, QuerySet, Sum, When

from backoffice.core.database.replica import reading_connection
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


_SUMS_OF_NEWEST = """
SELECT placed_on, COUNT(*), SUM(total_cents - refunded_cents), SUM(tip_cents), SUM(delivered), SUM(late)
FROM ({newest}) AS newest GROUP BY placed_on ORDER BY placed_on
"""


def _counted(receipts: QuerySet[Order]) -> dict[date, Sums]:
    """One pass over the newest: a subquery by key, as the ORM has it, reads each of them twice."""
    delivered = Q(service_type=ServiceType.DELIVERY, delivered_at__isnull=False, promised_at__isnull=False)
    newest = receipts.filter(status=OrderStatus.COMPLETED).order_by("-placed_at", "-pk")
    late = delivered & Q(delivered_at__gt=F("promised_at"))
    newest = newest.annotate(delivered=_one_if(delivered), late=_one_if(late))
    names = ("placed_on", "total_cents", "refunded_cents", "tip_cents", "delivered", "late")
    try:
        sql, values = newest.values_list(*names)[:COUNTED].query.sql_with_params()
    except EmptyResultSet:  # a search that finds nobody
        return {}
    as_day = Order._meta.get_field("placed_on").to_python
    with reading_connection().cursor() as cursor:
        cursor.execute(_SUMS_OF_NEWEST.format(newest=sql), values)
        return _by_day((as_day(day), *map(int, sums)) for day, *sums in cursor.fetchall())


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0)


def _by_day(rows: Iterable[tuple]) -> dict[date, Sums]:
    return {day: Sums(*sums) for day, *sums in rows}
