"""Contact points: every phone and e-mail of a customer, who has which, and the columns that cache them."""

from customers.contacts.checking import wrong_points
from customers.contacts.finding import keys_of, owner_of, points_of_keys
from customers.contacts.following import follow_columns
from customers.contacts.names import agree, words_of
from customers.contacts.placing import Held, NewPoint, add_contact_points

__all__ = [
    "Held",
    "NewPoint",
    "add_contact_points",
    "agree",
    "follow_columns",
    "keys_of",
    "owner_of",
    "points_of_keys",
    "words_of",
    "wrong_points",
]
