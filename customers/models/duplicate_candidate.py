from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DuplicateCandidate(models.Model):
    """Two customers who may be one person: how likely, why, and what people said of it; `one` has the lower
    id.

    `score` goes from 0 to 99, `reasons` and `against` are codes. What says that both are `different` people
    is remembered until it is taken back.
    """

    class Reason(models.TextChoices):
        PHONE_AND_EMAIL = "phone_and_email", _("An order had the phone of one and the e-mail of the other")
        PHONE = "phone", _("Same phone number in another spelling")
        SHARED_PHONE = "shared_phone", _("Same name and a shared phone number")
        EMAIL = "email", _("Same e-mail but for dots and plus signs")
        SHARED_EMAIL = "shared_email", _("Same name and a shared e-mail")
        NAME_BIRTHDAY = "name_birthday", _("Same name and birthday")
        NAME_ADDRESS = "name_address", _("Same name and address")
        SURNAME_POSTCODE = "surname_postcode", _("Same surname and postcode")

    class Against(models.TextChoices):
        NAME = "name", _("Another name")
        BIRTHDAY = "birthday", _("Another birthday")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DIFFERENT = "different", _("different people")

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    # without an index of its own: the unique rule begins with it
    one = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    score = models.SmallIntegerField(default=80)
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    seen_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_candidate_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duplicate_candidate_in_order"),
            models.CheckConstraint(condition=Q(score__range=(0, 99)), name="duplicate_candidate_score"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | Q(state="different", decided_at__isnull=False),
                name="duplicate_candidate_decided",
            ),
        ]
        indexes = [
            # serves the tabs, the likeliest first
            models.Index(
                "organisation",
                "state",
                F("score").desc(),
                F("id").desc(),
                name="duplicate_candidate_by_score",
            ),
        ]


class DuplicateKey(models.Model):
    """What a customer can be known by, as a hash: whoever shares one may be the same person.

    Written a moment after the customer changed, by `candidates.finding`.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    key = models.BigIntegerField()

    class Meta:
        constraints = [
            # finds by key
            models.UniqueConstraint(fields=["organisation", "key", "customer"], name="duplicate_key_once"),
        ]


class DuplicateSearch(models.Model):
    """How far the search for duplicates has come: all customers who changed before `until`, up to `last_id`
    of those who changed in that moment."""

    organisation = models.OneToOneField("staff.Organisation", models.CASCADE, primary_key=True)
    until = models.DateTimeField(null=True)
    last_id = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
