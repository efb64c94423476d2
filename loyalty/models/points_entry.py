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
    RELEASED = "released", _("given back")
    MOVED = "moved", _("moved with an order")


# the kinds that count for what was earned here; all of them count for the balance
EARNING = (PointsKind.EARNED, PointsKind.REVERSED, PointsKind.MOVED)


class PointsEntry(AppendOnlyModel):
    """One line of the points ledger (PRODUCT Y2).

    The balance is the sum of `points`; the earned points are the sum of the kinds in EARNING. Earned lines
    are positive, redeemed, expired and reversed ones negative. One order earns once, is redeemed on once
    and is reversed once by its void and once by each `refund`. `undoes` is the redeemed or expired line
    that a released one gives back, once. A customer brings points from elsewhere at most once: the
    opening line counts for the balance, not for what was earned here.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=PointsKind)
    points = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    refund = models.OneToOneField("orders.OrderRefund", models.SET_NULL, null=True, related_name="+")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="+")

    class Meta:
        permissions = [
            ("correct_points", "Can correct points"),
            ("redeem_points", "Can redeem points"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(order__isnull=False, kind__in=["earned", "redeemed", "released"]),
                name="points_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(order__isnull=False, kind="reversed", refund__isnull=True),
                name="points_void_once",
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(kind="opening"), name="points_opening_once"
            ),
            models.CheckConstraint(
                name="points_sign_fits_kind",
                condition=Q(kind__in=["earned", "opening", "released"], points__gt=0)
                | Q(kind__in=["redeemed", "expired", "reversed"], points__lt=0)
                | Q(kind__in=["adjusted", "moved"]),
            ),
            models.CheckConstraint(
                name="points_refund_reverses",
                condition=Q(refund__isnull=True) | Q(kind="reversed"),
            ),
            models.CheckConstraint(
                name="points_released_undoes",
                condition=Q(undoes__isnull=True) | Q(kind="released"),
            ),
        ]
        indexes = [
            # serves one customer's ledger and its sums
            models.Index("customer", "id", name="points_by_customer"),
        ]
