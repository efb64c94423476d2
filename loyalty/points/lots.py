"""Points with a date: what a debit takes first, and what comes back."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db.models import F, Sum

from backoffice.core.database.bulk import insert_rows
from backoffice.core.text.periods import month_number, month_start
from loyalty.models import LotUse, PointsLot


def expiry_day(day: date, months: int) -> date:
    """The last day on which points of `day` count: the same day so many months later, or its last one."""
    number = month_number(day) + months
    last = month_start(number + 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def of_customers(customer_ids: Collection[int]) -> dict[int, list[PointsLot]]:
    """Lots with something left by customer, what expires first in front. One query, none without ids."""
    found = defaultdict(list)
    if customer_ids:
        open_lots = PointsLot.objects.filter(customer__in=customer_ids, left__gt=0)
        for lot in open_lots.order_by("expires_on", "pk"):
            found[lot.customer_id].append(lot)
    return found


def take(open_lots: list[PointsLot], points: int, first: Collection[int] = ()) -> dict[int, int]:
    """Take points out of lots in their order, those named `first` before all; what each lot gave, by id.

    What the lots do not hold is taken from points without a date. The lots know then what is left.
    """
    taken = {}
    for lot in sorted(open_lots, key=lambda lot: lot.pk not in first):
        part = min(points, lot.left)
        if part:
            taken[lot.pk] = part
            lot.left -= part
            points -= part
    return taken


def write_uses(taken: Mapping[int, Mapping[int, int]]) -> None:
    """Store what entries took out of lots (by entry, by lot; negative: put back)."""
    rows = [(entry, lot, points) for entry, parts in taken.items() for lot, points in parts.items()]
    insert_rows(LotUse, ("entry_id", "lot_id", "points"), rows)
    sums = defaultdict(int)
    for _entry, lot, points in rows:
        sums[lot] += points
    for lot, points in sorted(sums.items()):
        PointsLot.objects.filter(pk=lot).update(left=F("left") - points)


def taken_by(entry_id: int) -> tuple[tuple[int, int], ...]:
    """What an entry took out of which lots, so that it can be put back."""
    uses = LotUse.objects.filter(entry=entry_id).order_by("lot").values_list("lot_id", "points")
    return tuple(uses)


def expiring(customer_id: int, until: date) -> list[tuple[date, int]]:
    """How many points of a customer expire on which day up to `until`, the next first. One query."""
    open_lots = PointsLot.objects.filter(customer=customer_id, left__gt=0, expires_on__lte=until)
    days = open_lots.order_by("expires_on").values("expires_on").annotate(points=Sum("left"))
    return list(days.values_list("expires_on", "points"))
