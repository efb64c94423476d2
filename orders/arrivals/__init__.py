"""What arrives, whichever way: counted by day, and held back while its source is off."""

from orders.arrivals.counting import count_events
from orders.arrivals.keys import SourceOff, arriving, hold_back, source_of_key

__all__ = ["SourceOff", "arriving", "count_events", "hold_back", "source_of_key"]
