"""Saying that customers are different people, and taking that back."""

from collections.abc import Sequence
from itertools import combinations

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from customers.locks import lock_customers
from customers.models import DuplicateCandidate

_DIFFERENT, _OPEN = DuplicateCandidate.State.DIFFERENT, DuplicateCandidate.State.OPEN
MOST = 20


@transaction.atomic
def call_different(organisation, customer_ids: Sequence[int], *, actor) -> list[int]:
    """Remember that no two of these are one person, also where nobody had suspected it; returns the pairs.

    Those who are gone by now are left out.
    """
    customers = lock_customers(organisation, sorted(set(customer_ids))[:MOST])
    pairs, now = [], timezone.now()
    for one, other in combinations(customers, 2):
        pair, _is_new = DuplicateCandidate.objects.get_or_create(
            one=one, other=other, defaults={"organisation": organisation, "score": 0}
        )
        if pair.state != _DIFFERENT:
            pair.state, pair.decided_at, pair.decided_by = _DIFFERENT, now, actor
            pair.save(update_fields=["state", "decided_at", "decided_by"])
            pairs.append(pair.pk)
            for customer, who in ((one, other), (other, one)):
                audit(
                    action="customer.called_different",
                    subject=customer,
                    organisation=organisation,
                    actor=actor,
                    other=who.pk,
                )
    return pairs


@transaction.atomic
def take_back(organisation, pair_ids: Sequence[int], *, actor) -> int:
    """Let pairs be suspected again; those that nothing spoke for are forgotten. Returns how many."""
    pairs = DuplicateCandidate.objects.select_for_update(of=("self",)).select_related("one", "other")
    found = list(pairs.filter(organisation=organisation, pk__in=pair_ids, state=_DIFFERENT).order_by("pk"))
    for pair in found:
        pair.state, pair.decided_at, pair.decided_by = _OPEN, None, None
        if pair.reasons:
            pair.save(update_fields=["state", "decided_at", "decided_by"])
        else:
            pair.delete()
        for customer, who in ((pair.one, pair.other), (pair.other, pair.one)):
            audit(
                action="customer.may_be_same",
                subject=customer,
                organisation=organisation,
                actor=actor,
                other=who.pk,
            )
    return len(found)
