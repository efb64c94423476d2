"""Receipts as people see them and take them away."""

from orders.receipts.activities import order_feeds
from orders.receipts.panels import all_receipts, recent_receipts, spend
from orders.receipts.resource import OrderLineResource
from orders.receipts.words import SERVICE_ICONS, Look, customer_name, late_by, status_look

__all__ = [
    "SERVICE_ICONS",
    "Look",
    "OrderLineResource",
    "all_receipts",
    "customer_name",
    "late_by",
    "order_feeds",
    "recent_receipts",
    "spend",
    "status_look",
]
