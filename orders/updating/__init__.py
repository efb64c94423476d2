"""What a source tells later of an order that it sent, and how the order stands: one rule for every source."""

from orders.updating.updating import RefundConflict, UnknownOrder, UpdatedOrder, update_order

__all__ = ["RefundConflict", "UnknownOrder", "UpdatedOrder", "update_order"]
