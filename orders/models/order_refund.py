from django.conf import settings
from django.db import models
from django.db.models import Q

from backoffice.audit.models import AppendOnlyModel


class OrderRefund(AppendOnlyModel):
    """The counter-entry that takes a part of a receipt back: how much, why, by whom, when.

    The receipt keeps its amounts as issued and counts with what is left (`Order.left_cents`). `token`
    is that of the form: sent twice, it is one refund.
    """

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="refunds")
    token = models.UUIDField()
    amount_cents = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "token"], name="order_refund_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="order_refund_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="order_refund_has_reason"),
        ]


class OrderRefundLine(AppendOnlyModel):
    """How many of a line were taken back, at what the customer had paid for them."""

    refund = models.ForeignKey(OrderRefund, models.CASCADE, related_name="lines")
    line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="order_refund_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_refund_line_quantity_positive"),
        ]
