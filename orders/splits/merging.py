"""Splits of customers who are merged: their undo would take from the survivor what is not the split's."""

from collections.abc import Sequence

from django.db.models import Q

from orders.models import CustomerSplit


def end_splits(survivor_id: int, merged_ids: Sequence[int]) -> list[int]:
    """Make them final; returns which were not yet. What the survivor gave can still come back to it."""
    touching = Q(giver__in=merged_ids) | Q(taker__in=[survivor_id, *merged_ids])
    ids = list(CustomerSplit.objects.filter(touching, is_final=False).values_list("pk", flat=True))
    CustomerSplit.objects.filter(pk__in=ids).update(is_final=True)
    return ids


def reopen_splits(ids: Sequence[int]) -> None:
    CustomerSplit.objects.filter(pk__in=ids).update(is_final=False)
