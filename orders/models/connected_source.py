from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from backoffice.core.sealing import Seal
from backoffice.core.text.text import validate_visible
from customers.choices import Source
from orders.choices import SourceKind

seal = Seal("orders.connected_source")  # what signs its messages, and opens its doors


class ConnectedSource(models.Model):
    """A till, shop or platform whose orders come in by themselves.

    `kind` says how: from a folder of this machine, through the API with a key, or as messages of a vendor to
    `/hooks/<hook_key>/`. A folder is `INBOX_DIR/<organisation>/<slug>`: nobody names a path, so none leads
    elsewhere. `source` and `location` hold for orders that name none. `number_prefix` stands before the
    numbers of its orders where another source counts orders too. `secret` checks signatures, `api_token`
    asks the vendor's API at `api_url`; both are sealed. `pulled_until` is the moment up to which the vendor
    was asked for what was missed. `problem` says why the last look into a folder failed. `alarmed_at` is
    when people were told that it is silent, None while it is not.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=20, choices=SourceKind, default=SourceKind.FOLDER)
    source = models.CharField(
        _("source"),
        max_length=20,
        choices=Source,
        default=Source.STORE,
        help_text=_("Of orders that name none."),
    )
    location = models.ForeignKey(
        "staff.Location", models.SET_NULL, null=True, related_name="+", verbose_name=_("location")
    )
    is_on = models.BooleanField(_("take orders in"), default=True)
    switched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    api_key = models.OneToOneField("api.ApiKey", models.SET_NULL, null=True, related_name="+")
    hook_key = models.CharField(max_length=64, blank=True, default="")
    number_prefix = models.CharField(max_length=40, blank=True, default="")
    sealed_secret = models.TextField(blank=True, default="")
    api_url = models.URLField(_("address of the shop"), blank=True, default="")
    sealed_token = models.TextField(blank=True, default="")
    pulled_until = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)

    class Meta:
        permissions = [("manage_source", "Can connect sources")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="connected_source_unique"),
            models.UniqueConstraint(
                fields=["hook_key"], name="connected_source_address", condition=~Q(hook_key="")
            ),
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="connected_source_kind"),
        ]

    def __str__(self):
        return self.name

    @property
    def path(self) -> Path:
        return settings.INBOX_DIR / self.organisation.slug / self.slug

    @property
    def hook_url(self) -> str:
        """Where its vendor sends to; a part of what some of them sign."""
        return f"{settings.BASE_URL}/hooks/{self.hook_key}/"

    @property
    def tz(self) -> ZoneInfo:
        """That of its location, else the organisation's."""
        return (self.location or self.organisation).tz

    @property
    def secret(self) -> str:
        """What signs its messages; empty when there is none. Raises `Unreadable`."""
        return seal.open(self.sealed_secret) if self.sealed_secret else ""

    @secret.setter
    def secret(self, value: str) -> None:
        self.sealed_secret = seal.close(value) if value else ""

    @property
    def api_token(self) -> str:
        """What the vendor's API asks for; empty when there is none. Raises `Unreadable`."""
        return seal.open(self.sealed_token) if self.sealed_token else ""

    @api_token.setter
    def api_token(self, value: str) -> None:
        self.sealed_token = seal.close(value) if value else ""


class SourceEvent(models.Model):
    """One message of a source as it came, and what became of it.

    `event_id` is the vendor's own number of the message, or the digest of a body that has none; `subject`
    the number of the order it speaks of, once it was read. `body` is None after settings.SOURCE_EVENT_DAYS.
    `code` says why it failed, `detail` holds the values that its sentence names.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        DONE = "done", _("taken in")
        KEPT = "kept", _("kept")  # nothing to be done with it: an event that we do not know
        HELD = "held", _("held back")  # came while its source was off
        REFUSED = "refused", _("not signed")
        FAILED = "failed", _("failed")

    connected_source = models.ForeignKey(ConnectedSource, models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=80)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    worked_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connected_source", "event_id"], name="source_event_once"),
        ]
        indexes = [
            # serves the list of what came, newest first, by state
            models.Index("connected_source", "state", "id", name="source_event_by_state"),
            # serves the sweep of what waits
            models.Index("received_at", name="source_event_waiting", condition=Q(state="waiting")),
            # serves the trimming of bodies
            models.Index("received_at", "id", name="source_event_open", condition=Q(body__isnull=False)),
            # serves what waits for its order
            models.Index(
                "connected_source", "subject", name="source_event_of_order", condition=~Q(subject="")
            ),
        ]

    def __str__(self):
        return f"{self.topic} {self.event_id}"


class SourceDay(models.Model):
    """How many events of a source came on a day of its location's time zone, and how many of them failed."""

    connected_source = models.ForeignKey(ConnectedSource, models.CASCADE, related_name="days")
    day = models.DateField()
    events = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connected_source", "day"], name="source_day_once"),
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"
