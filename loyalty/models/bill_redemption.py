from django.db import models
from django.db.models import Q

from customers.choices import Source


class BillRedemption(models.Model):
    """Points that a till took off a bill of its own: what they were worth, and which bill it was.

    The order of the bill may come later, or never: `source` and `external_id` are those it has then, and a
    void of it gives the points back. `fingerprint` (SHA-256 of what was asked) tells a retry from another
    redemption on the same bill.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    entry = models.OneToOneField("loyalty.PointsEntry", models.CASCADE, related_name="+")
    source = models.CharField(max_length=20, choices=Source)
    external_id = models.CharField(max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64)
    amount_cents = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "external_id"],
                condition=~Q(external_id=""),
                name="bill_redemption_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0), name="bill_redemption_amount_not_negative"
            ),
        ]
