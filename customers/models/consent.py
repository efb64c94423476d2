from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backoffice.audit.models import AppendOnlyModel
from backoffice.staff.models import Language
from customers.choices import Channel, ConsentAction, ConsentMethod, Purpose, Source


class ConsentWording(models.Model):
    """The sentence a customer agrees to, per purpose and language. A changed text is a new version."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    language = models.CharField(max_length=2, choices=Language)
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "purpose", "language", "version"], name="wording_version_once"
            ),
        ]


class ConsentEntry(AppendOnlyModel):
    """One line of the consent ledger: what a customer allowed, when, and how we know.

    Lines are only ever added; the newest (highest id) per purpose is the current state, whatever
    its clock says. `occurred_at` is when the customer decided, `recorded_at` when we learned of it.
    `wording` is the sentence itself, so that a later version changes nothing here.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ANY)
    action = models.CharField(max_length=10, choices=ConsentAction)
    method = models.CharField(max_length=12, choices=ConsentMethod)
    origin = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    wording = models.TextField(blank=True)
    wording_version = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_grant_names_wording",
                condition=Q(action=ConsentAction.WITHDRAWN) | ~Q(wording_version=""),
            ),
            models.CheckConstraint(
                name="consent_not_from_future", condition=Q(occurred_at__lte=F("recorded_at"))
            ),
        ]
        indexes = [
            # serves the newest line per purpose, and the history of one customer
            models.Index("customer", "purpose", F("id").desc(), name="consent_latest"),
        ]
