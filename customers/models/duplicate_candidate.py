from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DuplicateCandidate(models.Model):
    """Two customers who may be one person, and how that showed; `one` has the lower id."""

    class Reason(models.TextChoices):
        PHONE_AND_EMAIL = "phone_and_email", _("An order had the phone of one and the e-mail of the other")

    # without an index of its own: the unique rule begins with it
    one = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_candidate_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duplicate_candidate_in_order"),
        ]
