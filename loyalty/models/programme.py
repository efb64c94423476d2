from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """How an organisation's customers earn points (PRODUCT Y1).

    `points_per_euro` (per whole unit of the currency) and `points_per_order` both add up, rounded
    down per order; `excluded_products` earn nothing. `point_value_cents` is what a point is worth when
    redeemed, `minimum_points` how many at least are redeemed at once. Points expire so many months after
    the order that earned them, never without `expires_after_months`. What is stored follows no change.
    """

    organisation = models.OneToOneField("staff.Organisation", models.CASCADE, related_name="+")
    is_active = models.BooleanField(_("programme is on"), default=True)
    points_per_euro = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))
    points_per_order = models.PositiveIntegerField(default=0)
    point_value_cents = models.PositiveIntegerField(default=1)
    minimum_points = models.PositiveIntegerField(default=1, db_default=1)
    expires_after_months = models.PositiveSmallIntegerField(null=True, blank=True)
    excluded_products = models.ManyToManyField("orders.Product", related_name="+", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points_per_euro__gte=0), name="programme_points_per_euro_not_negative"
            ),
            models.CheckConstraint(condition=Q(minimum_points__gte=1), name="programme_minimum_positive"),
            models.CheckConstraint(
                condition=Q(expires_after_months__isnull=True) | Q(expires_after_months__gte=1),
                name="programme_expiry_positive",
            ),
        ]
