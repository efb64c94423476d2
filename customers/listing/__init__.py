"""Organisation > Kunden: search, filters, sorts, columns, pages and the figures above."""

from customers.listing.cells import DELIVERY_LOOKS
from customers.listing.page import result_text
from customers.listing.search import count_matches, find_matches
from customers.listing.search_index import ensure_search_index
from customers.listing.state import STATE_PARAMETERS, ListState

__all__ = [
    "DELIVERY_LOOKS",
    "STATE_PARAMETERS",
    "ListState",
    "count_matches",
    "ensure_search_index",
    "find_matches",
    "result_text",
]
