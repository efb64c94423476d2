from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import LastOrderStatus, Source
from orders.choices import OrderStatus, ServiceType


class Order(models.Model):
    """An order and, once completed, its receipt.

    `placed_on` is the day of `placed_at` in the location's time zone; figures go by it. Amounts
    are cents: `total_cents` is the sum of the lines less `discount_cents`, tax included, tip
    apart. `external_id` is the sender's number; with organisation and source it makes a retry
    find the first answer, and `fingerprint` (SHA-256 of the order as sent) tells a retry from
    another order. `source_updated_at` is the source's own time of the newest update that was taken.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey("staff.Location", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="+")
    source = models.CharField(_("source"), max_length=20, choices=Source)
    external_id = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    service_type = models.CharField(_("service type"), max_length=20, choices=ServiceType)
    status = models.CharField(_("status"), max_length=10, choices=OrderStatus)
    placed_at = models.DateTimeField(_("placed"))
    placed_on = models.DateField()
    promised_at = models.DateTimeField(_("promised"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    discount_cents = models.BigIntegerField(_("discount"), default=0)
    total_cents = models.BigIntegerField(_("total"))
    tip_cents = models.BigIntegerField(_("tip"), default=0)
    recorded_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        "orders.OrderImport", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    refunded_cents = models.BigIntegerField(_("refunded"), default=0, db_default=0)
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    source_updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [
            ("void_order", "Can void and refund orders"),
            ("move_order", "Can give orders to another customer"),
            ("export_order", "Can export receipts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "external_id"], name="order_external_id_unique"
            ),
            models.CheckConstraint(condition=Q(total_cents__gte=0), name="order_total_not_negative"),
            models.CheckConstraint(condition=Q(tip_cents__gte=0), name="order_tip_not_negative"),
            models.CheckConstraint(condition=Q(discount_cents__gte=0), name="order_discount_not_negative"),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=Q(refunded_cents__gte=0, refunded_cents__lte=F("total_cents")),
                name="order_refund_within_total",
            ),
        ]
        indexes = [
            # serves a customer's receipts newest first, their months, and rebuilt statistics
            models.Index("customer", F("placed_at").desc(), F("id").desc(), name="order_by_customer"),
            # serves the receipt report, newest first and by period
            models.Index("organisation", "placed_at", "id", name="order_by_moment"),
            # serves the few orders that are open now: the board, and who is coming
            models.Index("organisation", "placed_at", name="order_open", condition=Q(status="open")),
            # serves the report of deliveries
            models.Index(
                "organisation", "placed_at", name="order_delivery", condition=Q(service_type="delivery")
            ),
            # serves the undo of an import
            models.Index("brought_by", "id", name="order_by_import", condition=Q(brought_by__isnull=False)),
        ]

    def __str__(self):
        return self.external_id

    @property
    def counts(self) -> bool:
        """Whether it is a receipt: completed and not voided (PRODUCT §2)."""
        return self.status == OrderStatus.COMPLETED

    @property
    def left_cents(self) -> int:
        """What it counts with: the total less what was refunded."""
        return self.total_cents - self.refunded_cents

    @property
    def delivery_status(self) -> str:
        return delivery_status(self.service_type, self.promised_at, self.delivered_at)


def delivery_status(service_type, promised_at, delivered_at) -> str:
    """`open`, `on_time` or `late` for own-driver deliveries, empty for all else (PRODUCT S5).

    On time is delivered at or before the promise. Delivered without a promise: empty.
    """
    if service_type != ServiceType.DELIVERY:
        return ""
    if delivered_at is None:
        return LastOrderStatus.OPEN
    if promised_at is None:
        return ""
    return LastOrderStatus.ON_TIME if delivered_at <= promised_at else LastOrderStatus.LATE


class OrderLine(models.Model):
    """One position of an order, with what was true at the till: name, price, cost, tax.

    Of a line with two rates, such as a menu of food and drinks, `second_tax_pct` per cent of the gross
    amount are taxed at `second_tax_rate`, the rest at `tax_rate`.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey("orders.Product", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField()
    unit_price_cents = models.BigIntegerField()
    unit_cost_cents = models.BigIntegerField(null=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    second_tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    second_tax_pct = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=120, blank=True, db_default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(unit_price_cents__gte=0), name="order_line_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(second_tax_rate__isnull=True, second_tax_pct__isnull=True)
                | Q(tax_rate__isnull=False, second_tax_rate__isnull=False, second_tax_pct__range=(1, 99)),
                name="order_line_taxes_complete",
            ),
        ]
