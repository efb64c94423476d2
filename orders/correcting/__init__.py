"""What happens to an order afterwards: voids and refunds as counter-entries, and whose it is."""

from orders.correcting.moving import move_order
from orders.correcting.reversing import (
    RefundTooLarge,
    paid_by_line,
    refund_order,
    refunded_by_line,
    void_order,
)

__all__ = ["RefundTooLarge", "move_order", "paid_by_line", "refund_order", "refunded_by_line", "void_order"]
