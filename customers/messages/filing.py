"""Mails of the mailbox on their way into conversations: read every minute, filed once."""

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from backoffice.audit.services import audit
from customers.choices import ContactKind, MailFault, RecipientState
from customers.messages.imap import MailboxNotRead, OpenMailbox
from customers.messages.incoming import Bounce, Reply, read_mail
from customers.messages.noting import note_undelivered
from customers.messages.noting import suppress as suppress_address
from customers.messages.outlet import Verdict, judged
from customers.messages.threads import note_received
from customers.models import ContactPoint, Customer, Mailbox, MessageRecipient, ReceivedMessage
from customers.models.customer import email_key

LEASE = timedelta(minutes=10)
_AT_ONCE = 50
logger = structlog.get_logger(__name__)


def sweep() -> None:
    """Every minute: a task for each mailbox, so that a slow one keeps no other waiting."""
    for pk in _free(Mailbox.objects.filter(is_on=True)).values_list("pk", flat=True):
        read_mailbox.enqueue(pk)


def _free(boxes):
    return boxes.filter(Q(busy_until=None) | Q(busy_until__lte=timezone.now()))


@task(priority=-1)
def read_mailbox(pk: int) -> None:
    """File what is new. Nothing happens while another worker does it."""
    claimed = _free(Mailbox.objects.filter(pk=pk, is_on=True)).update(busy_until=timezone.now() + LEASE)
    if not claimed:
        return
    box, fault = Mailbox.objects.select_related("organisation").get(pk=pk), ""
    try:
        has_more = _read(box)
    except MailboxNotRead as error:
        fault, has_more = error.fault, False
        logger.warning("mailbox_not_read", organisation_id=box.organisation_id, fault=fault)
    finally:
        mine = Mailbox.objects.filter(pk=pk, busy_until=box.busy_until)
        mine.update(busy_until=None, checked_at=timezone.now(), fault=fault or "")
    if has_more:
        read_mailbox.enqueue(pk)


def _read(box: Mailbox) -> bool:
    """Whether there may be more."""
    with OpenMailbox(box) as folder:
        if folder.uid_validity != box.uid_validity:
            _begin(box, folder)
        uids = folder.uids_after(box.last_uid, _AT_ONCE)
        for uid, raw, arrived_at in folder.mails(uids):
            _file_safely(box.organisation, raw, arrived_at)
            _keep_place(box, uid)
        return len(uids) == _AT_ONCE


def _begin(box: Mailbox, folder: OpenMailbox) -> None:
    """A mailbox that is new here begins with the next mail: what lies in it is the house's own. One that was
    numbered anew is read from its start; what was filed already is known by its Message-ID."""
    box.last_uid = 0 if box.uid_validity else folder.next_uid - 1
    box.uid_validity = folder.uid_validity
    Mailbox.objects.filter(pk=box.pk).update(uid_validity=box.uid_validity, last_uid=box.last_uid)


def _keep_place(box: Mailbox, uid: int) -> None:
    box.last_uid = uid
    Mailbox.objects.filter(pk=box.pk, uid_validity=box.uid_validity).update(last_uid=uid)


def _file_safely(organisation, raw: bytes, arrived_at: datetime) -> None:
    """A mail that nobody can read holds up no other."""
    try:
        read = read_mail(raw)
    except Exception as error:
        logger.error("mail_unreadable", exc_info=error)
        return
    if isinstance(read, Bounce):
        file_bounce(organisation, read)
    elif isinstance(read, Reply):
        file_reply(organisation, read, received_at=arrived_at)


@transaction.atomic
def file_bounce(organisation, bounce: Bounce) -> bool:
    """Mark the mail as come back; what is said of the address for good suppresses it. False for an unknown
    one, or when it is known already."""
    rows = MessageRecipient.objects.select_related("message").filter(
        pk=bounce.recipient_id, message__organisation=organisation
    )
    row = rows.exclude(state=RecipientState.BOUNCED).first()
    if row is None:
        return False
    verdict, fault = judged(bounce.status) if bounce.status else (Verdict.REFUSED, MailFault.OTHER)
    ended = {"state": RecipientState.BOUNCED, "reason": fault, "said": bounce.status}
    MessageRecipient.objects.filter(pk=row.pk).update(**ended, ended_at=timezone.now())
    if verdict is Verdict.BOUNCED:
        suppress_address(row.customer_id, email_key(row.address))
    note_undelivered(row)
    return True


@transaction.atomic
def file_reply(organisation, reply: Reply, *, received_at: datetime) -> ReceivedMessage | None:
    """File it with whoever it answers, else with whose address it is. None for a stranger's mail, which stays
    where it is, and for one that was filed already."""
    row = _answered(organisation, reply)
    customer = row.customer if row else _owner(organisation, reply.address)
    if customer is None:
        return None
    customer.organisation = organisation
    received = ReceivedMessage(
        organisation=organisation,
        customer=customer,
        answers=row,
        external_id=sha256(reply.external.encode("utf-8", "replace")).hexdigest(),
        address=reply.address,
        subject=reply.subject,
        body=reply.body,
        attachments_count=reply.attachments,
        is_automatic=reply.is_automatic,
        received_at=received_at,
    )
    with suppress(IntegrityError), transaction.atomic():
        received.save()
    if received.pk is None:
        return None
    is_waiting = not reply.is_automatic
    note_received(customer, reply.body or reply.subject, at=received_at, is_waiting=is_waiting)
    audit(action="message.received", subject=customer)
    return received


def _answered(organisation, reply: Reply) -> MessageRecipient | None:
    rows = MessageRecipient.objects.select_related("customer").filter(
        pk__in=reply.recipient_ids[:20], message__organisation=organisation
    )
    found = {row.pk: row for row in rows}
    return next((found[pk] for pk in reply.recipient_ids if pk in found), None)


def _owner(organisation, address: str) -> Customer | None:
    points = ContactPoint.objects.filter(
        organisation=organisation, kind=ContactKind.EMAIL, key=email_key(address), is_shared=False
    )
    return Customer.objects.of(organisation).filter(pk__in=points.values("customer")).first()
