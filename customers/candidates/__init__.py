"""Customers who may be one person: found by one set of rules, told on both profiles."""

from customers.candidates.finding import look_at
from customers.candidates.likeness import CERTAIN, LIKELY
from customers.candidates.noting import note_candidates
from customers.candidates.searching import search_on
from customers.candidates.showing import candidates_column, shown_candidates

__all__ = [
    "CERTAIN",
    "LIKELY",
    "candidates_column",
    "look_at",
    "note_candidates",
    "search_on",
    "shown_candidates",
]
