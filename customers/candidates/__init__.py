"""Customers who may be one person: noted when it shows, told on both profiles."""

from customers.candidates.noting import note_candidates
from customers.candidates.showing import candidates_column, shown_candidates

__all__ = ["candidates_column", "note_candidates", "shown_candidates"]
