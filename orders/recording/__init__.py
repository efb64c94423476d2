"""Orders into the database, one by one and by the thousand, with all that follows."""

from orders.recording.bulk import OrderRecorder, record_orders
from orders.recording.sent import SentOrderRefused, record_sent
from orders.recording.single import OrderConflict, complete_order, record_order
from orders.recording.writing import Answer, Batch, foresee

__all__ = [
    "Answer",
    "Batch",
    "OrderConflict",
    "OrderRecorder",
    "SentOrderRefused",
    "complete_order",
    "foresee",
    "record_order",
    "record_orders",
    "record_sent",
]
