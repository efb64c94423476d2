"""Orders into the database, one by one and by the thousand, with all that follows."""

from orders.recording.bulk import BulkResult, OrderRecorder, record_orders
from orders.recording.figures import OrderChanges
from orders.recording.locking import OrderChanged, WrongStatus
from orders.recording.moving import move_order
from orders.recording.reversing import RefundTooLarge, refund_order, void_order
from orders.recording.writing import Answer, Batch, Outcome, foresee

__all__ = [
    "Answer",
    "Batch",
    "BulkResult",
    "OrderChanged",
    "OrderChanges",
    "OrderRecorder",
    "Outcome",
    "RefundTooLarge",
    "WrongStatus",
    "foresee",
    "move_order",
    "record_orders",
    "refund_order",
    "void_order",
]
