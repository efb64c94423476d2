from django.db import models
from django.db.models import Q


class Programme(models.Model):
    """How an organisation's customers earn points (PRODUCT Y1).

    `points_per_euro` (per whole unit of the currency) and `points_per_order` both add up, rounded
    down per order. `point_value_cents` is what a point is worth when redeemed.
    """

    organisation = models.OneToOneField("staff.Organisation", models.CASCADE, related_name="+")
    is_active = models.BooleanField(default=True)
    points_per_euro = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    points_per_order = models.PositiveIntegerField(default=0)
    point_value_cents = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points_per_euro__gte=0), name="programme_points_per_euro_not_negative"
            ),
        ]
