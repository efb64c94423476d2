from collections.abc import Iterable

from customers.models import DuplicateCandidate


def note_candidates(pairs: Iterable[tuple[int, int]], *, reason: str) -> None:
    """Keep pairs of customer ids; what is known of a pair stays as it was seen first."""
    ordered = sorted({(min(pair), max(pair)) for pair in pairs})
    DuplicateCandidate.objects.bulk_create(
        (DuplicateCandidate(one_id=one, other_id=other, reason=reason) for one, other in ordered),
        ignore_conflicts=True,
    )
