"""Customers who turn out to be one person: merged into one, and parted again within 30 days."""

from customers.merging.checking import merge_problems
from customers.merging.foreseeing import foresee_merge
from customers.merging.merging import MergeRefused, MergeWish, StaleMerge, merge_customers
from customers.merging.undoing import MergedSince, MergeOver, undo_merge
from customers.merging.values import choices

__all__ = [
    "MergeOver",
    "MergeRefused",
    "MergeWish",
    "MergedSince",
    "StaleMerge",
    "choices",
    "foresee_merge",
    "merge_customers",
    "merge_problems",
    "undo_merge",
]
