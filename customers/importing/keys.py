"""What tells customers apart, as numbers: phone, e-mail, and the name of one who has neither.

Numbers of 63 bits are what `line_index` keeps: no personal data, and small.
"""

import hashlib
from functools import lru_cache

from customers.importing.stated import CustomerRow
from customers.models import Customer
from customers.models.customer import email_key, sort_name


def keys_of_row(row: CustomerRow) -> dict[str, int]:
    """By "phone" and "email"; by "name" for a row without both."""
    keys = {}
    if "phone" in row.fields:
        keys["phone"] = _phone_key(row.fields["phone"])
    if "email" in row.fields:
        keys["email"] = _email_key(email_key(row.fields["email"]))
    return keys or {"name": name_key(name_of_row(row))}


def keys_of_customer(customer: Customer) -> list[int]:
    """Those that `keys_of_row` gives for rows about the same customer."""
    keys = [_phone_key(customer.phone)] if customer.phone else []
    if customer.email_key:
        keys.append(_email_key(customer.email_key))
    return keys or [name_key(customer.sort_name)]


def name_of_row(row: CustomerRow) -> str:
    """As `Customer.sort_name`."""
    return sort_name(row.fields.get("first_name", ""), row.fields.get("last_name", ""))


def _phone_key(phone: str) -> int:
    return _hash(f"p{phone}")


def _email_key(folded: str) -> int:
    return _hash(f"e{folded}")


def name_key(name: str) -> int:
    return _hash(f"n{name}")


@lru_cache(1_000)  # a row and the customer it meets ask for the same
def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
