"""Customers one by one and by the thousand: who is meant, added, edited, tagged, removed."""

from customers.records.growing import GrowingCustomers
from customers.records.matching import Contact, match_many
from customers.records.registering import DuplicateCustomer, register_customer, set_many_active
from customers.records.removing import remove_untouched
from customers.records.tagging import clean_tags, tag_many, untag_many

__all__ = [
    "Contact",
    "DuplicateCustomer",
    "GrowingCustomers",
    "clean_tags",
    "match_many",
    "register_customer",
    "remove_untouched",
    "set_many_active",
    "tag_many",
    "untag_many",
]
