from collections.abc import Iterable

from customers.models import DuplicateCandidate


def note_candidates(organisation, pairs: Iterable[tuple[int, int]], *, reason: str) -> None:
    """Keep pairs of customer ids; what is known of a pair stays as it was seen first."""
    ordered = sorted({(min(pair), max(pair)) for pair in pairs})
    DuplicateCandidate.objects.bulk_create(
        (
            DuplicateCandidate(organisation=organisation, one_id=one, other_id=other, reasons=[reason])
            for one, other in ordered
        ),
        ignore_conflicts=True,
    )
