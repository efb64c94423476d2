"""The figures above the list (PRODUCT L1), from counters and daily sums: no customer and no order is read."""

from dataclasses import dataclass
from itertools import repeat

from django.db.models import Q, Sum

from backoffice.core.text.money import divide
from backoffice.core.text.periods import month_number, month_start, same_day_before
from customers.figures.counters import COUNTER_FIELDS
from customers.models import CustomerCounters, DailyFigures

MONTHS_SHOWN = 12
SUMMED = ("joined", "known_receipts", "known_revenue_cents")


@dataclass(frozen=True)
class Month:
    """One calendar month: `number` as `periods.month_number`, sums in customers, receipts, cents."""

    number: int
    joined: int = 0
    known_receipts: int = 0
    known_revenue_cents: int = 0

    @property
    def average_order(self) -> int | None:
        return divide(self.known_revenue_cents, self.known_receipts)


@dataclass(frozen=True)
class KeyFigures:
    """Counters now, and the last MONTHS_SHOWN months, oldest first, the current one last.

    `before` is as much of last month as there is of the current one: what the latter compares with.
    Receipts and revenue are those of known customers.
    """

    active: int
    inactive: int
    marketing: int
    ordered: int
    returned: int
    points: int
    months: list[Month]
    before: Month

    @property
    def this_month(self) -> Month:
        return self.months[-1]


def count_customers(organisation, *, location=None, sources=()) -> dict[str, int]:
    """Sums of CustomerCounters by field name, `changes` included. One query over a handful of rows."""
    names = (*COUNTER_FIELDS, "changes")
    rows = list(_of(CustomerCounters.objects.all(), organisation, location, sources).values_list(*names))
    # a SUM of each would take Django longer to write down than the rows to read, on every page of the list
    sums = map(sum, zip(*rows, strict=True)) if rows else repeat(0)
    return dict(zip(names, sums, strict=False))


def key_figures(organisation, *, today, counters: dict[str, int], location=None, sources=()) -> KeyFigures:
    """Counters as given, and the months up to `today`'s. One query over the days of those months."""
    now = month_number(today)
    first = now - MONTHS_SHOWN + 1
    rows = _of(DailyFigures.objects.all(), organisation, location, sources)
    rows = rows.filter(day__gte=month_start(first), day__lte=today)
    until = Q(day__lte=same_day_before(today))
    whole = {f"sum_{name}": Sum(name) for name in SUMMED}
    part = {f"part_{name}": Sum(name, filter=until, default=0) for name in SUMMED}
    found = {row["month"]: row for row in rows.values("month").annotate(**whole, **part).order_by()}
    counted = {name: counters[name] for name in COUNTER_FIELDS}
    months = [_month(number, found, "sum") for number in range(first, now + 1)]
    return KeyFigures(**counted, months=months, before=_month(now - 1, found, "part"))


def _month(number: int, found: dict[int, dict], prefix: str) -> Month:
    row = found.get(number)
    return Month(number, **{name: row[f"{prefix}_{name}"] for name in SUMMED}) if row else Month(number)


def _of(rows, organisation, location, sources):
    rows = rows.filter(organisation=organisation)
    if location is not None:
        rows = rows.filter(location=location)
    return rows.filter(source__in=sources) if sources else rows
