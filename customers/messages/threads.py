"""The inbox: one line per conversation and per message to many, and what a conversation says."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers.choices import MessageKind, MessageState, RecipientState
from customers.messages.texts import fill, text_for
from customers.models import Customer, Message, MessageRecipient, ReceivedMessage, Thread

_PREVIEW = 200
MOST_SHOWN = 200


def note_written(customer: Customer, text: str, *, at: datetime) -> None:
    """We have written: nothing waits for an answer any more."""
    _note(customer, text, at, is_waiting=False, has_bounced=False)


def note_received(customer: Customer, text: str, *, at: datetime, is_waiting: bool) -> None:
    """The customer has written; what came back before is forgotten."""
    changes = {"is_waiting": True} if is_waiting else {}
    _note(customer, text, at, has_bounced=False, **changes)


def note_answered(customer: Customer) -> bool:
    return bool(Thread.objects.filter(customer=customer, is_waiting=True).update(is_waiting=False))


def note_campaign(message: Message, *, at: datetime) -> None:
    Thread.objects.create(
        organisation=message.organisation, message=message, last_at=at, preview=message.title[:_PREVIEW]
    )


@transaction.atomic
def _note(customer: Customer, text: str, at: datetime, **flags) -> None:
    values = {"last_at": at, "preview": " ".join(text.split())[:_PREVIEW], **flags}
    defaults = {"organisation": customer.organisation, **values}
    thread, is_new = Thread.objects.get_or_create(customer=customer, defaults=defaults)
    if not is_new:
        if at < thread.last_at:  # a mail that was read late
            values = flags
        Thread.objects.filter(pk=thread.pk).update(**values)


@dataclass(frozen=True)
class Entry:
    """One message of a conversation. `state` and `reason` are codes, empty for what the customer wrote."""

    at: datetime
    is_ours: bool
    subject: str
    body: str
    who: str = ""
    state: str = ""
    reason: str = ""
    address: str = ""
    is_many: bool = False
    is_promotional: bool = False
    attachments: int = 0


def conversation(customer: Customer, at_most: int = MOST_SHOWN) -> list[Entry]:
    """What was written to and by a customer, oldest first; the newest `at_most` of each side. Two queries."""
    stopped = {"message__state": MessageState.STOPPED, "state": RecipientState.WAITING}
    sent = MessageRecipient.objects.filter(customer=customer).exclude(**stopped)
    sent = sent.select_related("message__author").order_by("-pk")[:at_most]
    received = ReceivedMessage.objects.filter(customer=customer).order_by("-pk")[:at_most]
    main = customer.organisation.language
    entries = [*(_sent(row, main) for row in sent), *(_received(row) for row in received)]
    return sorted(entries, key=lambda entry: entry.at)


def _sent(row: MessageRecipient, main: str) -> Entry:
    message = row.message
    _language, text = text_for(message.texts, row.language, main)
    return Entry(
        at=row.sent_at or row.ended_at or message.started_at,
        is_ours=True,
        subject=fill(text["subject"], row.filled),
        body=fill(text["body"], row.filled),
        who=message.author.name if message.author else "",
        state=row.state,
        reason=row.reason,
        address=row.address,
        is_many=not message.is_single,
        is_promotional=message.kind == MessageKind.PROMOTIONAL,
    )


def _received(row: ReceivedMessage) -> Entry:
    return Entry(
        at=row.received_at,
        is_ours=False,
        subject=row.subject,
        body=row.body,
        address=row.address,
        attachments=row.attachments_count,
    )
