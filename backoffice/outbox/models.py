"""Who wants to hear of what, what happened, and whether they have heard it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.sealing import Seal
from backoffice.core.text.text import validate_visible
from backoffice.outbox.choices import DeliveryState, PauseReason, Topic

_seal = Seal("backoffice.outbox")


class SubscriberQuerySet(models.QuerySet):
    def of(self, organisation):
        """Those it has; a removed one is there no more, its row goes a day later."""
        return self.filter(organisation=organisation, removed_at=None)

    def on(self):
        return self.filter(paused_at=None, removed_at=None)

    def ready(self, now):
        """To whom something may be sent: neither paused, nor resting after a failure, nor in hand."""
        rested = Q(rests_until=None) | Q(rests_until__lte=now)
        return self.on().filter(rested, Q(busy_until=None) | Q(busy_until__lte=now))


class Subscriber(models.Model):
    """An address of somebody else that hears what happens here.

    `topics` are codes of `Topic`. `failures` counts tries without success since the last one that had it,
    `failing_since` is the first of them, and until `rests_until` nothing is sent. While it is paused, what
    happens is kept for it. `busy_until` is the lease of the worker that sends to it. With `removed_at`
    it is gone for everybody; the row stays for those who were about to write a delivery for it.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    url = models.CharField(_("address"), max_length=500)
    sealed_secret = models.TextField()
    topics = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True)
    paused_reason = models.CharField(max_length=10, choices=PauseReason, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("manage_subscriber", "Can connect receivers of webhooks")]
        constraints = [
            models.CheckConstraint(
                name="subscriber_pause_has_reason",
                condition=Q(paused_at=None, paused_reason="")
                | (Q(paused_at__isnull=False) & ~Q(paused_reason="")),
            ),
        ]
        indexes = [models.Index("organisation", "id", name="subscriber_list")]  # serves of()

    def __str__(self):
        return self.name

    @property
    def is_on(self) -> bool:
        return self.paused_at is None

    @property
    def secret(self) -> str:
        """Raises `Unreadable`."""
        return _seal.open(self.sealed_secret)

    @secret.setter
    def secret(self, text: str) -> None:
        self.sealed_secret = _seal.close(text)


class OutboxMessage(models.Model):
    """One thing that happened, written with the change itself.

    The id is what receivers know it by, whoever gets it and however often. It names its subject (the id of a
    customer, a consent line, an order) and holds no personal data: what is sent is read when it is sent.
    `facts` are numbers that belong to the moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index("created_at", name="outbox_age")]  # serves forgetting


class DeliveryQuerySet(models.QuerySet):
    def free(self, now):
        """In nobody's hand."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=now))

    def due(self, now):
        return self.free(now).filter(state=DeliveryState.WAITING, due_at__lte=now)


class Delivery(models.Model):
    """A message on its way to one subscriber.

    A worker claims it by raising `attempts`, its token, and holds it until `held_until`. Until `due_at` it
    waits for its next try. `last_error` is a sentence in the organisation's language, `last_status` the last
    answer's.
    """

    State = DeliveryState

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    held_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "message"], name="delivery_once"),
        ]
        indexes = [
            models.Index("subscriber", "id", name="delivery_log"),  # serves the log
            # serves sending: what was tried least is found first, however much waits
            models.Index("subscriber", "attempts", "id", name="delivery_next", condition=Q(state="waiting")),
        ]
