"""Customers who turn out to be one person: merged into one, and parted again within 30 days."""

from customers.merging import values
from customers.merging.checking import merge_problems
from customers.merging.merging import MergeRefused, MergeWish, StaleMerge, merge_customers
from customers.merging.relations import relations
from customers.merging.undoing import MergedSince, MergeOver, undo_merge

__all__ = [
    "MergeOver",
    "MergeRefused",
    "MergeWish",
    "MergedSince",
    "StaleMerge",
    "merge_customers",
    "merge_problems",
    "relations",
    "undo_merge",
    "values",
]
