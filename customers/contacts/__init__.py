"""Contact points: every phone and e-mail of a customer, who has which, and the columns that cache them."""

from customers.contacts.checking import wrong_points
from customers.contacts.finding import keys_of, owner_of, points_of_keys
from customers.contacts.following import follow_columns, follow_points
from customers.contacts.placing import Held, add_contact_points
from customers.contacts.showing import points_column, shown_points

__all__ = [
    "Held",
    "add_contact_points",
    "follow_columns",
    "follow_points",
    "keys_of",
    "owner_of",
    "points_column",
    "points_of_keys",
    "shown_points",
    "wrong_points",
]
