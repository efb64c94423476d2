from django.conf import settings
from django.db import models

from backoffice.audit.models import AppendOnlyModel


class OrderVoid(AppendOnlyModel):
    """The counter-entry that takes an order back: why, by whom, when. At most one per order.

    The order keeps its amounts as issued; only its status says that it no longer counts.
    """

    order = models.OneToOneField("orders.Order", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="order_void_has_reason"),
        ]
