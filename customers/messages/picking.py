"""One recipient at the moment their mail goes: consent, address and names in one query (TRUST §7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import OuterRef, Subquery

from backoffice.core.database.prepared import Prepared
from customers.choices import ConsentAction, MessageState, Purpose, RecipientState
from customers.messages.eligibility import Rule, left_out, rule_of
from customers.messages.texts import Person
from customers.models import ConsentEntry, Message, MessageRecipient


@dataclass(frozen=True)
class Picked:
    """`left_out` is a LeftOut code, empty when the mail may go."""

    customer_id: int
    left_out: str
    address: str
    address_key: str
    language: str
    person: Person
    agreed_at: datetime | None = None


def pick(message: Message, recipient_id: int, token: int) -> Picked | None:
    """None when the row is gone or another's, or the message is paused or stopped."""
    found = _asked(rule_of(message))(recipient=recipient_id, token=token)
    if not found:
        return None
    customer_id, reason, address, key, language, agreed_at, *of_person = found[0]
    return Picked(customer_id, reason, address, key, language, Person(*of_person), agreed_at)


@cache
def _asked(rule: Rule) -> Callable[..., list]:
    """The query of a rule: its SQL is made once per process."""
    return Prepared(lambda recipient, token: _query(rule, recipient, token))


def _query(rule: Rule, recipient, token):
    rows = MessageRecipient.objects.filter(
        pk=recipient, claim=token, state=RecipientState.WAITING, message__state=MessageState.SENDING
    )
    agreed = ConsentEntry.objects.filter(
        customer=OuterRef("customer"), purpose=Purpose.MARKETING, action=ConsentAction.GRANTED
    )
    agreed_at = Subquery(agreed.order_by("-id").values("occurred_at")[:1])
    rows = rows.annotate(now_left_out=left_out(rule, "customer__"), agreed_at=agreed_at)
    return rows.values_list(
        *("customer_id", "now_left_out", "customer__email", "customer__email_key", "customer__language"),
        *("agreed_at", "customer__first_name", "customer__last_name", "customer__company"),
        *("customer__stats__last_order_at", "customer__stats__points"),
    )
