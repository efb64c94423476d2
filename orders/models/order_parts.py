from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.choices import DiscountKind


class OrderPayment(models.Model):
    """A payment as the source reported it; none is taken here (PRODUCT G11). `method` is its own word."""

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="payments")
    position = models.PositiveSmallIntegerField()
    method = models.CharField(_("method"), max_length=60)
    amount_cents = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_payment_position_unique"),
        ]


class OrderDiscount(models.Model):
    """What a part of `Order.discount_cents` was for. Discounts of other sources have no such rows."""

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="discounts")
    kind = models.CharField(max_length=10, choices=DiscountKind)
    label = models.CharField(max_length=80)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="order_discount_kind_once"),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0), name="order_discount_amount_not_negative"
            ),
        ]


class ReceiptRemoval(models.Model):
    """Permits that receipts go, and says afterwards why they went.

    The database lets receipts be deleted only under such a row: those that came with one import, or,
    without `brought_by_id`, all of the organisation.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    brought_by = models.ForeignKey("orders.OrderImport", models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=40)
    occurred_at = models.DateTimeField(auto_now_add=True)
