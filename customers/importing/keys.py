"""What tells customers apart, as numbers: phone, e-mail, and the name of one who has neither.

Numbers of 63 bits are what `line_index` keeps: no personal data, and small.
"""

import hashlib
from functools import lru_cache

from customers.importing.stated import CustomerRow
from customers.models.customer import email_key, sort_name


def contacts_of_row(row: CustomerRow) -> dict[str, str]:
    """By "phone" and "email", the keys of contact points that tell who is meant."""
    contacts = {}
    if "phone" in row.fields:
        contacts["phone"] = row.fields["phone"]
    if "email" in row.fields:
        contacts["email"] = email_key(row.fields["email"])
    return contacts


def name_of_row(row: CustomerRow) -> str:
    """As `Customer.sort_name`."""
    return sort_name(row.fields.get("first_name", ""), row.fields.get("last_name", ""))


def contact_key(kind: str, key: str) -> int:
    """Of a value that one customer has alone."""
    return _hash(f"{kind[0]}{key}")


def shared_key(kind: str, key: str, name: str) -> int:
    """Of a value that several have, with the name (`Customer.sort_name`) that says whose it is."""
    return _hash(f"s{kind[0]}{key} {name}")


def brought_key(kind: str, key: str) -> int:
    """Marks a further number that the file itself has brought."""
    return _hash(f"b{kind[0]}{key}")


def name_key(name: str) -> int:
    return _hash(f"n{name}")


def customer_key(pk: int) -> int:
    """Of a stored customer, whatever rows call them by."""
    return _hash(f"c{pk}")


@lru_cache(1_000)  # a row and the customer it meets ask for the same
def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
