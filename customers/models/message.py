"""Messages: what is written, to whom it goes and how far that is, what comes back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import validate_visible
from customers.choices import MessageKind, MessageState, PauseReason, RecipientState


class MessageQuerySet(models.QuerySet):
    def of(self, organisation):
        return self.filter(organisation=organisation)

    def ready(self, now):
        """What may be sent now: neither resting while the mail server is away, nor in a worker's hand."""
        rested = Q(rests_until=None) | Q(rests_until__lte=now)
        free = Q(busy_until=None) | Q(busy_until__lte=now)
        return self.filter(rested, free, state=MessageState.SENDING)

    def due(self, now):
        """Those of `ready` that have something to send."""
        waiting = MessageRecipient.objects.due(now).filter(message=OuterRef("pk"))
        return self.ready(now).filter(Exists(waiting))


class Message(models.Model):
    """What is written to one customer (`is_single`) or to many, and where its sending stands.

    `texts` holds subject and body by language; `title` is what lists call it. `audience` is the query string
    of the customer list that named the recipients, `left_out` says by reason how many of them got nothing
    from the start. `key` names the form it was written in: pressed twice, it is one message. `is_asked_for`:
    the customer asked for this one, which goes out with the contact permission off (PRODUCT G5). `busy_until`
    is the lease of the worker that sends it, until `rests_until` the mail server is left alone.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=12, choices=MessageKind)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.DRAFT)
    pause_reason = models.CharField(max_length=10, choices=PauseReason, blank=True)
    is_single = models.BooleanField(default=False)
    is_asked_for = models.BooleanField(default=False)
    audience = models.TextField(blank=True)
    title = models.CharField(max_length=200, blank=True)
    texts = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recipients_count = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("send_message", "Can write messages to customers")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="message_written_once"),
            models.CheckConstraint(
                name="message_started_unless_draft",
                condition=Q(state=MessageState.DRAFT, started_at=None)
                | (~Q(state=MessageState.DRAFT) & Q(started_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="message_pause_has_reason",
                condition=Q(state=MessageState.PAUSED) & ~Q(pause_reason="")
                | ~Q(state=MessageState.PAUSED) & Q(pause_reason=""),
            ),
            models.CheckConstraint(
                name="message_asked_for_by_one", condition=Q(is_asked_for=False) | Q(is_single=True)
            ),
        ]
        indexes = [
            # serves sending
            models.Index("id", name="message_sending", condition=Q(state=MessageState.SENDING)),
            # serves the drafts
            models.Index("organisation", "id", name="message_drafts", condition=Q(state=MessageState.DRAFT)),
        ]

    def __str__(self):
        return self.title


class RecipientQuerySet(models.QuerySet):
    def due(self, now):
        """What waits for its turn, in nobody's hand."""
        free = Q(held_until=None) | Q(held_until__lte=now)
        return self.filter(free, state=RecipientState.WAITING, due_at__lte=now)


class MessageRecipient(models.Model):
    """A message on its way to one customer: the outbox, one row per (message, customer).

    The rows are made when sending starts; who gets it is asked again at the moment it goes, with the address
    in one query. A worker holds a row until `held_until` by its `claim`. `address`, `language` and `filled`
    (the fields of the text) are what was sent, `said` is the answer's code, never its words: those quote
    addresses. `reason` says why it was left out, failed or came back.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="recipients", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=RecipientState, default=RecipientState.WAITING)
    reason = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    held_until = models.DateTimeField(null=True)
    claim = models.BigIntegerField(null=True)
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, blank=True)
    filled = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["message", "customer"], name="message_recipient_once"),
            models.CheckConstraint(
                name="message_recipient_sent_somewhere",
                condition=~Q(state=RecipientState.SENT) | (Q(sent_at__isnull=False) & ~Q(address="")),
            ),
        ]
        indexes = [
            models.Index("customer", "id", name="message_of_customer"),  # serves the thread
            # serves sending: what was tried least is found first, however much waits
            models.Index(
                *("message", "attempts", "id"),
                name="message_next",
                condition=Q(state=RecipientState.WAITING),
            ),
            models.Index("message", "state", name="message_outcome"),  # serves the figures of a message
        ]


class ReceivedMessage(models.Model):
    """A mail of a customer. `external_id` is a hash of its Message-ID: read twice, it is filed once.

    `is_automatic` ones (out of office) wait for no answer. `answers` is what it replies to, where known.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    answers = models.ForeignKey(MessageRecipient, models.SET_NULL, null=True, related_name="+")
    external_id = models.CharField(max_length=64)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    attachments_count = models.PositiveSmallIntegerField(default=0)
    is_automatic = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_id"], name="received_message_once"),
        ]
        indexes = [models.Index("customer", "id", name="received_of_customer")]  # serves the thread


class Thread(models.Model):
    """A line of the inbox: the conversation with a customer, or a message to many."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    customer = models.OneToOneField("customers.Customer", models.CASCADE, null=True, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, null=True, related_name="+")
    last_at = models.DateTimeField()
    preview = models.CharField(max_length=200, blank=True)
    is_waiting = models.BooleanField(default=False)
    has_bounced = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="thread_of_customer_or_message",
                condition=Q(customer__isnull=False, message=None) | Q(customer=None, message__isnull=False),
            ),
        ]
        indexes = [
            # each serves a tab of the inbox
            models.Index("organisation", "last_at", "id", name="thread_by_time"),
            models.Index(
                "organisation", "last_at", "id", name="thread_waiting", condition=Q(is_waiting=True)
            ),
            models.Index(
                "organisation", "last_at", "id", name="thread_bounced", condition=Q(has_bounced=True)
            ),
        ]


class MessageTemplate(models.Model):
    """A text to begin with: subject and body by language."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    kind = models.CharField(max_length=12, choices=MessageKind)
    texts = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="message_template_name_unique"),
        ]

    def __str__(self):
        return self.name
