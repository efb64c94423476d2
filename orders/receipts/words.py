"""What an order is called and how it looks, wherever it stands."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from customers.choices import LastOrderStatus
from customers.listing import DELIVERY_LOOKS
from orders.choices import OrderStatus, ServiceType
from orders.models.order import delivery_status
from orders.punctuality import delay_words

SERVICE_ICONS = {
    ServiceType.DINE_IN: "fork-knife",
    ServiceType.PICKUP: "bag",
    ServiceType.DELIVERY: "truck",
    ServiceType.PARTNER_DELIVERY: "truck",
}


class Look(NamedTuple):
    """A state in a word, with its tone and icon."""

    word: str
    tone: str
    icon: str


def status_look(status: str, service_type: str, promised_at, delivered_at, *, refunded=False) -> Look:
    """What became of an order: voided, on time, delayed, open, partly refunded, completed."""
    if status == OrderStatus.VOIDED:
        return Look(str(OrderStatus.VOIDED.label), "bad", "x-circle")
    if status == OrderStatus.OPEN:
        return Look(str(OrderStatus.OPEN.label), "info", "clock")
    if refunded:
        return Look(_("partly refunded"), "warn", "undo")
    delivery = delivery_status(service_type, promised_at, delivered_at)
    if delivery:
        return Look(str(LastOrderStatus(delivery).label), *DELIVERY_LOOKS.get(delivery, ("neutral", "truck")))
    return Look(str(OrderStatus(status).label), "neutral", "check")


def customer_name(order: dict) -> str:
    """Of an order read as values, with `customer__first_name` and so on; empty for nobody's."""
    if order["customer_id"] is None:
        return ""
    name = f"{order['customer__first_name']} {order['customer__last_name']}".strip()
    return name or order["customer__company"] or _("Unnamed")


def late_by(promised_at, delivered_at, formats: Formats) -> str:
    """`9 min late`; empty for what was on time or has no promise."""
    if promised_at is None or delivered_at is None or delivered_at <= promised_at:
        return ""
    return delay_words((delivered_at - promised_at).total_seconds(), formats)
