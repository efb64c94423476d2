"""Ledgers of merged customers: one balance while they are one, and everybody's own after an undo."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from loyalty.models import LotUse, PointsEntry, PointsLot
from loyalty.models.points_entry import PointsKind

_OPENING, _ADJUSTED = PointsKind.OPENING, PointsKind.ADJUSTED


def unite_openings(survivor_id: int, merged_ids: Sequence[int]) -> list[int]:
    """A ledger has one opening line: further ones count as adjusted, which is the same for every sum.

    Called before the lines move; returns which they are.
    """
    openings = QuerySet(PointsEntry).filter(customer__in=[survivor_id, *merged_ids], kind=_OPENING)
    by_rank = sorted(openings.values_list("customer_id", "pk"), key=lambda row: (row[0] != survivor_id, row))
    further = [pk for _customer_id, pk in by_rank[1:]]
    if further:
        QuerySet(PointsEntry).filter(pk__in=further).update(kind=_ADJUSTED)
    return further


def part_ledgers(
    survivor_id: int, orders: Mapping[int, Iterable[int]], restored: Sequence[int], openings: Sequence[int]
) -> None:
    """After lines and lots went back: what was written since for their `orders` follows, and what was spent
    since is settled, so that nobody has less than nothing."""
    entries, group = QuerySet(PointsEntry), [survivor_id, *restored]
    for customer_id, ids in orders.items():
        late = entries.filter(order__among=list(ids), customer=survivor_id)
        if late_ids := list(late.values_list("pk", flat=True)):
            entries.filter(pk__in=late_ids).update(customer=customer_id)
            PointsLot.objects.filter(entry__in=late_ids).update(customer=customer_id)
    entries.filter(pk__in=openings, customer__in=restored).update(kind=_OPENING)
    _part_lots(group)
    _settle(group)


def _part_lots(group: Sequence[int]) -> None:
    """What one took out of another's lots was never in them: they get smaller, and forget it."""
    crossing = LotUse.objects.filter(lot__customer__in=group).exclude(entry__customer=F("lot__customer"))
    sums = list(crossing.order_by().values_list("lot").annotate(sum=Sum("points"), uses=Count("pk")))
    for lot, points, _uses in sorted(sums):
        PointsLot.objects.filter(pk=lot).update(points=F("points") - points)
    if sums:
        LotUse.objects.filter(pk__in=list(crossing.values_list("pk", flat=True))).delete()


def _settle(group: Sequence[int]) -> None:
    """Those who have less than their lots, or than nothing, get it from those who have more."""
    entries = QuerySet(PointsEntry).filter(customer__in=group).order_by()
    balances = dict(entries.values_list("customer_id").annotate(sum=Sum("points")))
    open_lots = PointsLot.objects.filter(customer__in=group).order_by()
    dated = dict(open_lots.values_list("customer_id").annotate(sum=Sum("left")))
    over = {pk: balances.get(pk, 0) - dated.get(pk, 0) for pk in group}
    missing = sum(-points for points in over.values() if points < 0)
    lines = {pk: -points for pk, points in over.items() if points < 0}
    for pk, points in over.items():
        if points > 0 and missing:
            lines[pk] = -min(points, missing)
            missing += lines[pk]
    now = timezone.now()
    PointsEntry.objects.bulk_create(
        PointsEntry(
            customer_id=pk,
            kind=_ADJUSTED,
            points=points,
            occurred_at=now,
            reason=_("Settled when a merge was undone"),
        )
        for pk, points in sorted(lines.items())
    )
