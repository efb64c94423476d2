"""Receipts as people see them and take them away."""

from orders.receipts.activities import order_feeds
from orders.receipts.panels import all_receipts, recent_receipts, spend
from orders.receipts.resource import OrderLineResource

__all__ = ["OrderLineResource", "all_receipts", "order_feeds", "recent_receipts", "spend"]
