"""What orders mean for customers and figures, kept in the transaction that changes them."""

from orders.figures.changes import OrderChanges
from orders.figures.consequences import (
    count_completed,
    count_moved,
    count_recorded,
    count_refunded,
    count_voided,
    modules_of,
    read_first_and_last,
)
from orders.figures.taxes import gross_by_rate, net_cents

__all__ = [
    "OrderChanges",
    "count_completed",
    "count_moved",
    "count_recorded",
    "count_refunded",
    "count_voided",
    "gross_by_rate",
    "modules_of",
    "net_cents",
    "read_first_and_last",
]
