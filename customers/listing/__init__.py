"""Organisation > Kunden: search, filters, sorts, columns, pages and the figures above."""

from customers.listing.cells import DELIVERY_LOOKS
from customers.listing.page import result_text
from customers.listing.search import count_matches, find_matches
from customers.listing.search_index import ensure_search_index
from customers.listing.selection import SelectionUnreadable, read_selection, selection_fields
from customers.listing.state import STATE_PARAMETERS, ListState

__all__ = [
    "DELIVERY_LOOKS",
    "STATE_PARAMETERS",
    "ListState",
    "SelectionUnreadable",
    "count_matches",
    "ensure_search_index",
    "find_matches",
    "read_selection",
    "result_text",
    "selection_fields",
]
