"""Orders into the database, one by one and by the thousand, with all that follows."""

from orders.recording.bulk import BulkResult, OrderRecorder, record_orders
from orders.recording.single import void_order
from orders.recording.writing import Answer, Batch, Outcome, foresee

__all__ = [
    "Answer",
    "Batch",
    "BulkResult",
    "OrderRecorder",
    "Outcome",
    "foresee",
    "record_orders",
    "void_order",
]
