"""What a program tells of a decision: it may come twice, or late."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from customers.choices import ConsentAction, Source
from customers.consent.ledger import ConsentFromFuture, grant_consent, withdraw_consent
from customers.models import ConsentEntry, Customer


class WithdrawnSince(Exception):
    """The customer has withdrawn after the grant that arrives only now."""


@transaction.atomic
def tell_consent(
    customer: Customer,
    purpose: str,
    *,
    action: str,
    method: str,
    occurred_at: datetime,
    origin: str,
    source: str = Source.API,
    lifts_withdrawal: bool = True,
) -> ConsentEntry:
    """Add a line for a decision, unless the newest line is that decision already, and return it.

    A grant never lifts a withdrawal that is as young, or any unless it `lifts_withdrawal`: raises
    `WithdrawnSince`. `ConsentFromFuture` as in the ledger.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    newest = ConsentEntry.objects.filter(customer=customer, purpose=purpose).order_by("-id").first()
    told = {"method": method, "occurred_at": occurred_at, "origin": origin}
    if newest and newest.action == action and all(getattr(newest, name) == told[name] for name in told):
        return newest
    if action == ConsentAction.WITHDRAWN:
        return withdraw_consent(customer, purpose, actor=None, source=source, **told)
    is_withdrawn = newest is not None and newest.action == ConsentAction.WITHDRAWN
    if is_withdrawn and (not lifts_withdrawal or newest.occurred_at >= occurred_at):
        raise WithdrawnSince
    return grant_consent(customer, purpose, actor=None, source=source, **told)


def note_consent(customer: Customer, purpose: str, **told) -> None:
    """`tell_consent` for decisions that come with something else, such as an order: what cannot be taken is
    left, and no withdrawal is lifted, however old."""
    with suppress(ConsentFromFuture, WithdrawnSince):
        tell_consent(customer, purpose, **told, lifts_withdrawal=False)
