from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import validate_visible


class ApiKey(models.Model):
    """What a till or shop shows instead of a person's password.

    `prefix` is the part of the key by which it is found and told apart; of the rest only `digest` (SHA-256)
    is stored: its bits are random, so no slow hash is needed. `scopes` are codes of `Scope`. With a
    `location` its orders belong there, and those of other places do not exist for it. `minute` (since 1970)
    and `claimed` count its requests, see `limits`.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey(
        "staff.Location",
        models.CASCADE,  # never SET_NULL: that would open all other places to the key
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("location"),
    )
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        permissions = [("manage_apikey", "Can make and revoke API keys")]
        indexes = [models.Index("organisation", "id", name="api_key_list")]  # serves the list

    def __str__(self):
        return self.name

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return not (self.is_revoked or self.is_expired)


class KeptAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key: sent again, it gets the same.

    `answer` holds ids, codes and moments, no personal data: it outlives what was asked for by days.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    token = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "token"], name="kept_answer_once"),
        ]
        indexes = [models.Index("created_at", name="kept_answer_age")]  # serves forgetting
