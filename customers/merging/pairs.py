"""Likely duplicates of merged customers: what was said of them holds for the survivor."""

from collections.abc import Sequence
from itertools import chain

from django.db.models import Q

from customers.merging.rows import pack_row, unpack_row
from customers.models import Customer, DuplicateCandidate

_DIFFERENT = DuplicateCandidate.State.DIFFERENT


def unite_pairs(survivor_id: int, merged_ids: Sequence[int]) -> dict:
    """Pairs of the merged ones become the survivor's; returns what they were, and which are new."""
    group = {survivor_id, *merged_ids}
    touching = Q(one__in=group) | Q(other__in=group)
    pairs = list(DuplicateCandidate.objects.filter(touching).order_by("-state", "-score", "pk"))
    kept = [pack_row(pair) for pair in pairs]
    gone = [pair for pair in pairs if {pair.one_id, pair.other_id} & set(merged_ids)]
    DuplicateCandidate.objects.filter(pk__in=[pair.pk for pair in gone]).delete()
    known = {_other(pair, group): pair for pair in pairs if pair not in gone}
    new = []
    for pair in gone:
        outsider = _other(pair, group)
        if outsider is None:
            continue
        if (before := known.get(outsider)) is None:
            pair.pk, pair._state.adding = None, True
            pair.one_id, pair.other_id = sorted((survivor_id, outsider))
            pair.save()
            known[outsider] = pair
            new.append(pair.pk)
        elif pair.state == _DIFFERENT != before.state:
            _decide(before, pair)
    return {"pairs": kept, "new": new}


def _other(pair: DuplicateCandidate, group: set[int]) -> int | None:
    return next((pk for pk in (pair.one_id, pair.other_id) if pk not in group), None)


def _decide(pair: DuplicateCandidate, like: DuplicateCandidate) -> None:
    for name in ("state", "decided_at", "decided_by_id"):
        setattr(pair, name, getattr(like, name))
    pair.save()


def part_pairs(kept: dict) -> None:
    """The pairs as they were, but for what was decided since of those that stayed."""
    DuplicateCandidate.objects.filter(pk__in=kept["new"]).delete()
    pairs = [unpack_row(DuplicateCandidate, values) for values in kept["pairs"]]
    ids = set(chain.from_iterable((pair.one_id, pair.other_id) for pair in pairs))
    there = set(Customer.objects.filter(pk__in=ids).values_list("pk", flat=True))
    pairs = [pair for pair in pairs if {pair.one_id, pair.other_id} <= there]
    DuplicateCandidate.objects.bulk_create(pairs, ignore_conflicts=True)
