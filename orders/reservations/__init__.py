"""Reservations: tables booked by the quarter of an hour, the day and the week, and who is coming today."""

from orders.reservations.activities import reservation_feed
from orders.reservations.booking import TableTaken, Wish, book
from orders.reservations.panels import reservations_of
from orders.reservations.sheet import expected_today
from orders.reservations.states import move
from orders.reservations.truth import reservation_problems
from orders.reservations.words import people, place

__all__ = [
    "TableTaken",
    "Wish",
    "book",
    "expected_today",
    "move",
    "people",
    "place",
    "reservation_feed",
    "reservation_problems",
    "reservations_of",
]
