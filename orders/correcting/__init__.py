"""What happens to an order afterwards: voids and refunds as counter-entries, and whose it is."""

from orders.correcting.moving import move_order
from orders.correcting.reversing import (
    RefundTooLarge,
    paid_by_line,
    refund_order,
    refunded_by_line,
    void_order,
)
from orders.correcting.splitting import NothingToSplit, SplitOver, split_customer, undo_split

__all__ = [
    "NothingToSplit",
    "RefundTooLarge",
    "SplitOver",
    "move_order",
    "paid_by_line",
    "refund_order",
    "refunded_by_line",
    "split_customer",
    "undo_split",
    "void_order",
]
