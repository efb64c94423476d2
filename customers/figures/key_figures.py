"""The figures above the list (PRODUCT L1), from counters and daily sums: no customer and no order is read."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import repeat

from django.db.models import Sum

from backoffice.core.text.money import divide
from backoffice.core.text.periods import month_number
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
    """Counters now, and the last MONTHS_SHOWN + 1 months, oldest first, the current one last.

    `all_time` sums every month; receipts and revenue are those of known customers.
    """

    active: int
    inactive: int
    marketing: int
    ordered: int
    returned: int
    points: int
    months: list[Month]
    all_time: Month

    @property
    def this_month(self) -> Month:
        return self.months[-1]

    @property
    def last_month(self) -> Month:
        return self.months[-2]


def count_customers(organisation, *, location=None, sources=()) -> dict[str, int]:
    """Sums of CustomerCounters by field name, `changes` included. One query over a handful of rows."""
    names = (*COUNTER_FIELDS, "changes")
    rows = list(_of(CustomerCounters.objects.all(), organisation, location, sources).values_list(*names))
    # a SUM of each would take Django longer to write down than the rows to read, on every page of the list
    sums = map(sum, zip(*rows, strict=True)) if rows else repeat(0)
    return dict(zip(names, sums, strict=False))


def key_figures(organisation, *, today, counters: dict[str, int], location=None, sources=()) -> KeyFigures:
    """Counters as given, and the months up to `today`'s. One query: one row per month there ever was."""
    rows = _of(DailyFigures.objects.all(), organisation, location, sources)
    sums = rows.values("month").annotate(**{f"sum_{name}": Sum(name) for name in SUMMED}).order_by()
    by_month = defaultdict(dict)
    for row in sums:
        by_month[row["month"]] = {name: row[f"sum_{name}"] for name in SUMMED}
    now = month_number(today)
    months = [Month(number, **by_month[number]) for number in range(now - MONTHS_SHOWN, now + 1)]
    totals = {name: sum(row.get(name, 0) for row in by_month.values()) for name in SUMMED}
    counted = {name: counters[name] for name in COUNTER_FIELDS}
    return KeyFigures(**counted, months=months, all_time=Month(0, **totals))


def _of(rows, organisation, location, sources):
    rows = rows.filter(organisation=organisation)
    if location is not None:
        rows = rows.filter(location=location)
    return rows.filter(source__in=sources) if sources else rows
