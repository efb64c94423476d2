"""Receipts that went from one customer to another, as the profiles of both tell of them, with undo.

What is done is in `orders.correcting`, the form in `orders.receipts`.
"""

from orders.splits.merging import end_splits, reopen_splits
from orders.splits.panels import splits_of

__all__ = ["end_splits", "reopen_splits", "splits_of"]
