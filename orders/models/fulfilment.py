from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from orders.choices import Stage


class Driver(models.Model):
    """Somebody who takes orders to customers; needs no account. One who left is archived, deliveries stay."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="driver_name_unique"),
        ]

    def __str__(self):
        return self.name


class Fulfilment(models.Model):
    """How far an order is on its way to the customer; it stays beside the receipt.

    `token` names one press on "Place order", so that sending it again finds the same order. `destination`
    is the address as it was then, or the table. An order that came from elsewhere has none of this until
    somebody takes its first step here: it is new.
    """

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="fulfilment")
    token = models.UUIDField(null=True, unique=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.NEW)
    destination = models.CharField(_("where to"), max_length=300, blank=True)
    driver = models.ForeignKey(Driver, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="fulfilment_stage_known"),
        ]


class OrderCounter(models.Model):
    """The last number that an organisation gave to an order of its own."""

    organisation = models.OneToOneField("staff.Organisation", models.CASCADE, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)
