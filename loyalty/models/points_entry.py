from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.audit.models import AppendOnlyModel


class PointsKind(models.TextChoices):
    EARNED = "earned", _("earned")
    REDEEMED = "redeemed", _("redeemed")
    EXPIRED = "expired", _("expired")
    ADJUSTED = "adjusted", _("adjusted")
    REVERSED = "reversed", _("reversed")
    OPENING = "opening", _("carried over")


class PointsEntry(AppendOnlyModel):
    """One line of the points ledger (PRODUCT Y2).

    The balance is the sum of `points`; the earned points are the sum of earned and reversed
    lines. Earned lines are positive, redeemed, expired and reversed ones negative. One order
    earns once and is reversed at most once. A customer brings points from elsewhere at most once: the
    opening line counts for the balance, not for what was earned here.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=PointsKind)
    points = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(order__isnull=False), name="points_once_per_order"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(kind="opening"), name="points_opening_once"
            ),
            models.CheckConstraint(
                name="points_sign_fits_kind",
                condition=Q(kind__in=["earned", "opening"], points__gt=0)
                | Q(kind__in=["redeemed", "expired", "reversed"], points__lt=0)
                | Q(kind="adjusted"),
            ),
        ]
        indexes = [
            # serves one customer's ledger and its sums
            models.Index("customer", "id", name="points_by_customer"),
        ]
