"""What people do with messages: write to one customer, draft and start one to many, pause, go on, stop."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from customers.choices import LeftOut, MessageState, PauseReason, RecipientState
from customers.messages import sending
from customers.messages.audience import Reach, customers_of, freeze
from customers.messages.eligibility import Rule, left_out, reached_by, rule_for, rule_of
from customers.messages.noting import pause_for
from customers.messages.threads import note_answered, note_campaign, note_written
from customers.models import Customer, Message, MessageRecipient


class NotReached(Exception):
    """The customer may not or cannot be written to; `reason` is a LeftOut code."""

    def __init__(self, reason: LeftOut):
        super().__init__(reason.value)
        self.reason = reason


class NobodyReached(Exception):
    """A message to many that nobody would get."""


def reason_against(customer: Customer, rule: Rule) -> LeftOut | None:
    """Why this customer would not get a message of that kind; None when they would."""
    rows = Customer.objects.of(customer.organisation).filter(pk=customer.pk).annotate(reason=left_out(rule))
    reason = rows.values_list("reason", flat=True).get()
    return LeftOut(reason) if reason else None


@transaction.atomic
def write_to_customer(
    customer: Customer,
    *,
    kind: str,
    subject: str,
    body: str,
    actor,
    key: UUID | None = None,
    is_asked_for: bool = False,
) -> Message:
    """Write to one customer; the mail leaves with the transaction, through the outbox.

    Sent again with the same `key` it is one message. Raises NotReached; the same is asked again when the
    mail goes. The log keeps that there was a message, not what it says.
    """
    rule = rule_for(kind, is_single=True, is_asked_for=is_asked_for)
    if key and (known := Message.objects.of(customer.organisation).filter(key=key).first()):
        return known
    if reason := reason_against(customer, rule):
        raise NotReached(reason)
    language = customer.language or customer.organisation.language
    now = timezone.now()
    message = Message(
        organisation=customer.organisation,
        kind=kind,
        state=MessageState.SENDING,
        is_single=True,
        is_asked_for=rule is Rule.ASKED_FOR,
        title=subject,
        texts={language: {"subject": subject, "body": body}},
        author=actor,
        recipients_count=1,
        started_at=now,
    )
    message.key = key or message.key
    message.save()
    MessageRecipient.objects.create(message=message, customer=customer, due_at=now)
    note_written(customer, body, at=now)
    sending.enqueue(message)
    audit(action="message.written", subject=message, actor=actor, kind=kind)
    return message


@transaction.atomic
def save_draft(
    organisation, *, key: UUID, kind: str, audience: str, texts: dict[str, dict[str, str]], actor
) -> Message:
    """Keep a message to many; the same `key` is the same draft. One that was started stays as it is."""
    title = next((text["subject"] for text in _ordered(texts, organisation.language)), "")
    values = {"kind": kind, "audience": audience, "texts": texts, "title": title[:200]}
    message, is_new = Message.objects.get_or_create(
        organisation=organisation, key=key, defaults=values | {"author": actor}
    )
    if not is_new and message.state == MessageState.DRAFT:
        Message.objects.filter(pk=message.pk, state=MessageState.DRAFT).update(**values)
        message.refresh_from_db()
    return message


def _ordered(texts: dict, main: str) -> list[dict]:
    return [texts[code] for code in sorted(texts, key=lambda code: code != main)]


@transaction.atomic
def start_message(message: Message, *, actor) -> Message:
    """Freeze who gets it and begin; pressed twice it is started once. Raises NobodyReached.

    Who is reached now is written into the outbox. Whoever withdraws, or goes, before their mail does, gets
    none.
    """
    locked = Message.objects.select_for_update(no_key=True).select_related("organisation").get(pk=message.pk)
    if locked.state != MessageState.DRAFT:
        return locked
    rule, now = rule_of(locked), timezone.now()
    customers = customers_of(locked.organisation, locked.audience)
    locked.left_out = Reach(customers, rule).as_json()
    locked.state, locked.started_at, locked.author = MessageState.SENDING, now, actor
    locked.recipients_count = freeze(locked, reached_by(customers, rule), at=now)
    if not locked.recipients_count:
        raise NobodyReached
    locked.save()
    note_campaign(locked, at=now)
    sending.enqueue(locked)
    audit(
        action="message.started",
        subject=locked,
        actor=actor,
        kind=locked.kind,
        recipients=locked.recipients_count,
    )
    return locked


@transaction.atomic
def pause_message(message: Message, *, actor) -> bool:
    """The mail that is on its way still goes. False when it is not being sent."""
    if not pause_for(message, PauseReason.PERSON):
        return False
    audit(action="message.paused_by", subject=message, actor=actor)
    return True


@transaction.atomic
def resume_message(message: Message, *, actor) -> bool:
    """Go on at once, whatever the mail server did before. False when it is not paused."""
    paused = Message.objects.filter(pk=message.pk, state=MessageState.PAUSED)
    again = {"state": MessageState.SENDING, "pause_reason": "", "failures": 0, "rests_until": None}
    if not paused.update(**again):
        return False
    MessageRecipient.objects.filter(message=message, state=RecipientState.WAITING).update(
        due_at=timezone.now()
    )
    sending.enqueue(message)
    audit(action="message.resumed", subject=message, actor=actor)
    return True


@transaction.atomic
def stop_message(message: Message, *, actor) -> bool:
    """For good: who has not got it gets none. False when it is over already, or a draft."""
    running = Message.objects.filter(pk=message.pk, state__in=[MessageState.SENDING, MessageState.PAUSED])
    ended = {"state": MessageState.STOPPED, "pause_reason": "", "finished_at": timezone.now()}
    if not running.update(**ended):
        return False
    audit(action="message.stopped", subject=message, actor=actor)
    return True


@transaction.atomic
def discard_draft(message: Message, *, actor) -> bool:
    drafts = Message.objects.filter(pk=message.pk, state=MessageState.DRAFT)
    if not drafts.exists():
        return False
    audit(action="message.discarded", subject=message, actor=actor)
    drafts.delete()
    return True


@transaction.atomic
def needs_no_answer(customer: Customer, *, actor) -> bool:
    """What the customer wrote is dealt with. False when nothing waits."""
    if not note_answered(customer):
        return False
    audit(action="message.dealt_with", subject=customer, actor=actor)
    return True
