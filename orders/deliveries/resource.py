"""Deliveries as a file, one row each; the codes are those of PRODUCT §4."""

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource
from customers.choices import LastOrderStatus
from orders.choices import OrderStatus, ServiceType
from orders.models.order import delivery_status
from orders.punctuality import delay_minutes


def _customer(today, first, last, company):
    return f"{first or ''} {last or ''}".strip() or company or ""


def _delay(today, status, promised_at, delivered_at):
    if status == OrderStatus.OPEN or not promised_at or not delivered_at:
        return None
    return delay_minutes((delivered_at - promised_at).total_seconds())


def _punctuality(today, status, promised_at, delivered_at):
    if status == OrderStatus.OPEN:
        return str(LastOrderStatus.OPEN)
    return str(delivery_status(ServiceType.DELIVERY, promised_at, delivered_at)) if delivered_at else ""


class DeliveryResource(TableResource):
    """The deliveries of the report."""

    title = _("Deliveries")
    table_fields = [
        TableField("order_id", _("Order"), CellKind.TEXT, "external_id"),
        TableField("placed_at", _("Placed"), CellKind.MOMENT),
        TableField("day", _("Day"), CellKind.DAY, "placed_on"),
        TableField("location", _("Location"), CellKind.TEXT, "location__name"),
        TableField(
            "customer",
            _("Customer"),
            CellKind.TEXT,
            *("customer__first_name", "customer__last_name", "customer__company"),
            make=_customer,
        ),
        TableField("driver", _("Driver"), CellKind.TEXT, "fulfilment__driver__name"),
        TableField("promised_at", _("Promised"), CellKind.MOMENT),
        TableField("out_at", _("Out"), CellKind.MOMENT, "fulfilment__out_at"),
        TableField("delivered_at", _("Delivered"), CellKind.MOMENT),
        TableField(
            "delay_minutes",
            _("Minutes after the promise"),
            CellKind.INTEGER,
            *("status", "promised_at", "delivered_at"),
            make=_delay,
        ),
        TableField(
            "delivery",
            _("Delivery"),
            CellKind.TEXT,
            *("status", "promised_at", "delivered_at"),
            make=_punctuality,
        ),
        TableField("total", _("Amount"), CellKind.MONEY, "total_cents"),
    ]
