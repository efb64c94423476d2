"""What became of mails, written down: by the dozen where they went, at once where they did not."""

import json
import time

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.core.database.bulk import update_rows
from customers.choices import ContactKind, MessageState, PauseReason, RecipientState
from customers.messages.outlet import Failure, Verdict
from customers.messages.picking import Picked
from customers.models import ContactPoint, Customer, Message, MessageRecipient, Thread

_NOTED_AFTER, _NOTED_WITHIN = 20, 0.5  # mails, seconds
_COLUMNS = (
    "id",
    "state",
    "reason",
    "address",
    "language",
    "filled",
    "sent_at",
    "ended_at",
    "claim",
    "held_until",
)


class Notes:
    """Of one message in the hands of one worker."""

    def __init__(self, message: Message):
        self._message = message
        self._sent: list[tuple] = []
        self._since = 0.0

    def sent(self, pk: int, address: str, language: str, values: dict[str, str]) -> None:
        now = timezone.now()
        row = (pk, RecipientState.SENT.value, "", address, language, _json(values), now, now, None, None)
        self._add(row)

    def leave_out(self, pk: int, reason: str) -> None:
        now = timezone.now()
        self._add((pk, RecipientState.LEFT_OUT.value, reason, "", "", _json({}), None, now, None, None))

    def _add(self, row: tuple) -> None:
        self._since = self._since if self._sent else time.monotonic()
        self._sent.append(row)
        if len(self._sent) >= _NOTED_AFTER or time.monotonic() - self._since > _NOTED_WITHIN:
            self.write()

    def write(self) -> None:
        """What the mail server has taken is known from now on; and that it answers."""
        if not self._sent:
            return
        rows, self._sent = self._sent, []
        with transaction.atomic():
            update_rows(MessageRecipient, _COLUMNS, rows)
            if self._message.failures:
                Message.objects.filter(pk=self._message.pk).update(failures=0, rests_until=None)
                self._message.failures = 0

    def later(self, pk: int, attempts: int, due_at, said: str) -> None:
        self._row(pk).update(attempts=attempts, due_at=due_at, said=said, claim=None, held_until=None)

    def gave_up(self, pk: int, failure: Failure, attempts: int) -> None:
        self._end(pk, RecipientState.FAILED, failure, attempts=attempts)
        note_undelivered(self._row(pk).get())

    @transaction.atomic
    def refused(self, pk: int, failure: Failure, picked: Picked) -> None:
        """The server has said no for good; an address that is none is not written to again."""
        is_hard = failure.verdict is Verdict.BOUNCED
        state = RecipientState.BOUNCED if is_hard else RecipientState.FAILED
        self._end(pk, state, failure, address=picked.address)
        if is_hard:
            suppress(picked.customer_id, picked.address_key)
        note_undelivered(self._row(pk).get())

    def _end(self, pk: int, state: RecipientState, failure: Failure, **changes) -> None:
        changes |= {"reason": failure.fault, "said": failure.said, "ended_at": timezone.now()}
        self._row(pk).update(state=state, claim=None, held_until=None, **changes)

    def _row(self, pk: int):
        return MessageRecipient.objects.filter(pk=pk)


def _json(values: dict) -> str:
    return json.dumps(values, ensure_ascii=False)


def suppress(customer_id: int, address_key: str) -> None:
    """Mark an address as undeliverable, whoever uses it; apart from what customers allow. Logged once."""
    customer = Customer.objects.select_related("organisation").filter(pk=customer_id).first()
    if customer is None:
        return
    points = ContactPoint.objects.filter(
        organisation=customer.organisation, kind=ContactKind.EMAIL, key=address_key, bounced_at=None
    )
    if points.update(bounced_at=timezone.now()):
        audit(action="customer.contact_bounced", subject=customer, kind=ContactKind.EMAIL.value)


def note_undelivered(recipient: MessageRecipient) -> None:
    """The inbox shows what came back: of one customer in their conversation."""
    message = recipient.message
    if message.is_single:
        Thread.objects.filter(customer=recipient.customer_id).update(has_bounced=True)
    else:
        Thread.objects.filter(message=message.pk).update(has_bounced=True)


def pause_for(message: Message, reason: PauseReason) -> bool:
    """Sending waits for a person. False when it is not being sent."""
    sending = Message.objects.filter(pk=message.pk, state=MessageState.SENDING)
    if not sending.update(state=MessageState.PAUSED, pause_reason=reason):
        return False
    audit(action="message.paused", subject=message, reason=reason.value)
    return True
