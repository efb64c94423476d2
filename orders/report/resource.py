"""Receipts as a file, one row each; the codes are those of PRODUCT §4."""

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource
from orders.models.order import delivery_status


def _customer(today, first, last, company):
    return f"{first or ''} {last or ''}".strip() or company or ""


def _delivery(today, service_type, promised_at, delivered_at):
    return str(delivery_status(service_type, promised_at, delivered_at))


def _left(today, total_cents, refunded_cents):
    return total_cents - refunded_cents


class ReceiptResource(TableResource):
    """The receipts of the report, with what each counts with."""

    title = _("Receipts")
    table_fields = [
        TableField("order_id", _("Order"), CellKind.TEXT, "external_id"),
        TableField("placed_at", _("Placed"), CellKind.MOMENT),
        TableField("day", _("Day"), CellKind.DAY, "placed_on"),
        TableField("location", _("Location"), CellKind.TEXT, "location__name"),
        TableField("source", _("Source"), CellKind.TEXT),
        TableField("service_type", _("Type"), CellKind.TEXT),
        TableField("status", _("Status"), CellKind.TEXT),
        TableField(
            "customer",
            _("Customer"),
            CellKind.TEXT,
            *("customer__first_name", "customer__last_name", "customer__company"),
            make=_customer,
        ),
        TableField("promised_at", _("Promised"), CellKind.MOMENT),
        TableField("delivered_at", _("Delivered"), CellKind.MOMENT),
        TableField(
            "delivery",
            _("Delivery"),
            CellKind.TEXT,
            *("service_type", "promised_at", "delivered_at"),
            make=_delivery,
        ),
        TableField("discount", _("Discount"), CellKind.MONEY, "discount_cents"),
        TableField("total", _("Amount"), CellKind.MONEY, "total_cents"),
        TableField("refunded", _("Refunded"), CellKind.MONEY, "refunded_cents"),
        TableField(
            "counted", _("Counted amount"), CellKind.MONEY, "total_cents", "refunded_cents", make=_left
        ),
        TableField("tip", _("Tip"), CellKind.MONEY, "tip_cents"),
    ]
