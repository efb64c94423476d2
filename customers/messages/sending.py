"""From the outbox to the mail server: each mail once, each recipient asked about again as it goes.

A worker holds a message by its lease, takes rows of it by a token, and reads consent, address and names of
each in one query right before its mail (TRUST §7). What a worker that was killed had sent and not noted is
sent again, with the same Message-ID: at most `_NOTED_AFTER` mails.
"""

import secrets
import time
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django_tasks import task

from backoffice.core.mail import server_away
from backoffice.outbox.sending import pause_after
from customers.choices import MailFault, MessageState, PauseReason, RecipientState
from customers.messages.letters import Addressee, formats_in, letter
from customers.messages.noting import Notes, pause_for
from customers.messages.outlet import Failure, Outlet, Verdict
from customers.messages.picking import Picked, pick
from customers.messages.senders import sender_of
from customers.messages.texts import text_for, used_values
from customers.models import Message, MessageRecipient

LEASE = timedelta(minutes=2)  # longer than a slice with the longest try
HELD = timedelta(minutes=10)  # who lost the lease ends long before another takes the row
MOST_ATTEMPTS = 10  # about a day and a half
PATIENCE = timedelta(days=3)
_SLICE_SECONDS = 15  # then other tasks have their turn
_AT_ONCE = 50
_REFUSED_IN_A_ROW = 10  # so many refusals and no success are no matter of addresses
logger = structlog.get_logger(__name__)


@task(priority=-1)
def work_off(message_id: int) -> None:
    """Send what is due of one message to many, until the mail server is away or the slice is over."""
    _work(message_id)


@task()
def send_single(message_id: int) -> None:
    """The same for a message to one customer, which waits for no campaign."""
    _work(message_id)


def enqueue(message: Message) -> None:
    (send_single if message.is_single else work_off).enqueue(message.pk)


def sweep() -> None:
    """Every minute: what is due now, and whose task was lost."""
    for message in Message.objects.due(timezone.now()).only("pk", "is_single"):
        enqueue(message)


def _work(message_id: int) -> None:
    """Nothing happens while another worker does it, or while the mail server is known to be away."""
    ends = time.monotonic() + _SLICE_SECONDS
    while time.monotonic() >= server_away.until and (message := _claim_message(message_id)):
        try:
            send_due(message, ends)
        finally:
            mine = Message.objects.filter(pk=message.pk, busy_until=message.busy_until)
            mine.update(busy_until=None)
        _finish(message)
        # looked at after letting go: whoever came meanwhile went away again
        if not Message.objects.due(timezone.now()).filter(pk=message.pk).exists():
            return
        if time.monotonic() >= ends:
            enqueue(message)
            return


def _claim_message(pk: int) -> Message | None:
    now = timezone.now()
    if not Message.objects.due(now).filter(pk=pk).update(busy_until=now + LEASE):
        return None
    return Message.objects.select_related("organisation", "author").get(pk=pk)


def send_due(message: Message, ends: float) -> None:
    """Until `ends` (monotonic), or until the message has to rest or to wait for a person."""
    slice_ = _Slice(message, ends)
    with Outlet() as slice_.outlet:
        while time.monotonic() < ends and (rows := claim_rows(message)):
            if not slice_.send_all(rows):
                return


def claim_rows(message: Message, at_most: int = _AT_ONCE) -> list[tuple[int, int, int]]:
    """Take rows that are due, those tried least first: (id, attempts, token). No other worker gets them."""
    now, token = timezone.now(), secrets.randbits(62)
    due = MessageRecipient.objects.due(now).filter(message=message.pk)
    with transaction.atomic():
        first = due.order_by("attempts", "pk")
        if connection.features.has_select_for_update_skip_locked:
            first = first.select_for_update(skip_locked=True)
        ids = list(first.values_list("pk", flat=True)[:at_most])
        due.filter(pk__in=ids).update(claim=token, held_until=now + HELD)
    mine = MessageRecipient.objects.filter(pk__in=ids, claim=token)
    return list(mine.order_by("attempts", "pk").values_list("pk", "attempts", "claim"))


class _Slice:
    """A stretch of work on one message."""

    def __init__(self, message: Message, ends: float):
        self.message, self.ends = message, ends
        self.sender = sender_of(message.organisation)
        self.outlet: Outlet | None = None
        self.refused = 0
        self.notes = Notes(message)

    def send_all(self, rows: list[tuple[int, int, int]]) -> bool:
        """Whether the next rows may follow. What was not tried is let go of."""
        left = list(rows)
        try:
            while left and time.monotonic() < self.ends:
                if not self._send(*left[0]):
                    return False
                left.pop(0)
        finally:
            self.notes.write()
            _let_go(left)
        return True

    def _send(self, pk: int, attempts: int, token: int) -> bool:
        picked = pick(self.message, pk, token)
        if picked is None:  # gone, another's, or the message was paused, stopped
            return False
        if picked.left_out:
            self.notes.leave_out(pk, picked.left_out)
            return True
        language, text = text_for(self.message.texts, picked.language, self.message.organisation.language)
        values = self._values(picked, language, text)
        raw = letter(self.message, text, values, self._addressee(pk, picked, language), self.sender)
        failure = self.outlet.send(raw, sender=self.sender.address, to=picked.address)
        if failure is None:
            self.refused = 0
            self.notes.sent(pk, picked.address, language, values)
            return True
        return self._meet(failure, pk, attempts, picked)

    def _values(self, picked: Picked, language: str, text: dict) -> dict[str, str]:
        return used_values(text, picked.person, formats_in(language, self.message.organisation))

    def _addressee(self, pk: int, picked: Picked, language: str) -> Addressee:
        agreed_on = ""
        if picked.agreed_at:
            formats = formats_in(language, self.message.organisation)
            agreed_on = formats.day(formats.local(picked.agreed_at).date())
        return Addressee(pk, picked.customer_id, picked.address, picked.address_key, language, agreed_on)

    def _meet(self, failure: Failure, pk: int, attempts: int, picked: Picked) -> bool:
        """Write down what a failed try means; whether the next mail may be tried."""
        logger.warning(
            "message_not_sent", message_id=self.message.pk, recipient_id=pk, verdict=failure.verdict.value
        )
        if failure.verdict is Verdict.SENDER:
            pause_for(self.message, PauseReason.SENDER)
            return False
        if failure.verdict in (Verdict.AWAY, Verdict.LATER):
            self._again(failure, pk, attempts + 1)
            return failure.verdict is Verdict.LATER
        self.notes.refused(pk, failure, picked)
        self.refused += 1
        if self.refused < _REFUSED_IN_A_ROW:
            return True
        pause_for(self.message, PauseReason.REFUSED)
        return False

    def _again(self, failure: Failure, pk: int, attempts: int) -> None:
        """Later, behind those that were not tried yet. A server that is away is left alone for a while."""
        if failure.verdict is Verdict.AWAY:
            self.notes.write()  # first what the server has taken
            _rest(self.message)
        if attempts >= MOST_ATTEMPTS:
            self.notes.gave_up(pk, Failure(failure.verdict, MailFault.LATER, failure.said), attempts)
        else:
            self.notes.later(pk, attempts, timezone.now() + pause_after(attempts), failure.said)


def _rest(message: Message) -> None:
    now = timezone.now()
    message.failures += 1
    rests_until = now + min(pause_after(message.failures), timedelta(hours=1))
    Message.objects.filter(pk=message.pk).update(failures=message.failures, rests_until=rests_until)
    if _is_silent_for_long(message, now):
        pause_for(message, PauseReason.AWAY)


def _is_silent_for_long(message: Message, now: datetime) -> bool:
    sent = message.recipients.filter(state=RecipientState.SENT).order_by("-sent_at")
    last = sent.values_list("sent_at", flat=True).first() or message.started_at
    return now - last > PATIENCE and message.failures > MOST_ATTEMPTS


def _let_go(rows: list[tuple[int, int, int]]) -> None:
    """Rows that were held and not noted: another may have them at once."""
    for token in {token for _pk, _attempts, token in rows}:
        ids = [pk for pk, _attempts, _token in rows]
        MessageRecipient.objects.filter(pk__in=ids, claim=token).update(claim=None, held_until=None)


def _finish(message: Message) -> None:
    """A message of which nothing waits any more is sent."""
    waiting = MessageRecipient.objects.filter(message=OuterRef("pk"), state=RecipientState.WAITING)
    sending = Message.objects.filter(pk=message.pk, state=MessageState.SENDING)
    with translation.override(message.organisation.language):
        if sending.filter(~Exists(waiting)).update(state=MessageState.DONE, finished_at=timezone.now()):
            logger.info("message_sent", message_id=message.pk)
