from django.db import models
from django.db.models import F, Q


class PointsLot(models.Model):
    """Points of one entry that expire: how many there were and how many are left.

    They count through the end of `expires_on`, a day of the organisation. What a customer has beyond the
    sum of `left` has no date. The customer's lock guards the lots too.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    entry = models.OneToOneField("loyalty.PointsEntry", models.CASCADE, related_name="lot")
    expires_on = models.DateField()
    points = models.BigIntegerField()
    left = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("points")), name="points_lot_left_within"
            ),
        ]
        indexes = [
            # serves what a debit takes first, and the warning in the profile
            models.Index(
                "customer", "expires_on", "id", condition=Q(left__gt=0), name="points_lot_by_customer"
            ),
            # serves the expiry
            models.Index("expires_on", "customer", condition=Q(left__gt=0), name="points_lot_by_day"),
        ]


class LotUse(models.Model):
    """What one entry took out of a lot; negative where it put something back."""

    entry = models.ForeignKey("loyalty.PointsEntry", models.CASCADE, related_name="uses")
    lot = models.ForeignKey(PointsLot, models.CASCADE, related_name="uses")
    points = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "lot"], name="lot_use_once"),
            models.CheckConstraint(condition=~Q(points=0), name="lot_use_not_zero"),
        ]
