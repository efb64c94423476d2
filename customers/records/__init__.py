"""Customers one by one and by the thousand: who is meant, added, edited, tagged, removed."""

from customers.records.growing import GrowingCustomers
from customers.records.matching import Contact, match_many
from customers.records.registering import set_active
from customers.records.removing import remove_untouched
from customers.records.tagging import MAX_LENGTH, MAX_TAGS, clean_tags, tag_many, untag_many

__all__ = [
    "MAX_LENGTH",
    "MAX_TAGS",
    "Contact",
    "GrowingCustomers",
    "clean_tags",
    "match_many",
    "remove_untouched",
    "set_active",
    "tag_many",
    "untag_many",
]
