"""What must always be true of merges."""

from collections.abc import Iterator

from django.db.models import F

from customers.models import Customer, CustomerMerge, MergedCustomer


def merge_problems(organisation) -> Iterator[str]:
    """One sentence per invariant that is broken (TRUST I12)."""
    merged = MergedCustomer.objects.filter(organisation=organisation)
    standing = merged.filter(is_undone=False)
    there = Customer.objects.filter(pk__in=standing.values("old_id"))
    for pk in there.values_list("pk", flat=True):
        yield f"I5 customer {pk}: merged into another one and still there"
    for pk in standing.exclude(merge__undone_at=None).values_list("old_id", flat=True):
        yield f"I5 customer {pk}: its merge is undone and it is not"
    merges = CustomerMerge.objects.filter(organisation=organisation)
    for pk in merges.exclude(survivor__organisation=F("organisation")).values_list("pk", flat=True):
        yield f"I12 merge {pk}: its survivor belongs to another organisation"
