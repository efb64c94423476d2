"""What a file may tell about a customer, and by which headers it is recognised."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import fold
from customers.choices import Purpose
from customers.exporting.resource import CustomerResource
from customers.extensions import customer_extensions

IGNORED = ""
CONSENTS = {
    "marketing_communications": Purpose.MARKETING,
    "system_notifications": Purpose.SYSTEM,
    "contact_permission": Purpose.CONTACT,
}
HOUSE_NUMBER = "house_number"  # beside a column of streets alone; it becomes part of the address
DAYS = ("birthday", "joined")
# Columns of our own export that no file may set: our ids, and what follows from orders and points.
COMPUTED = frozenset(
    [
        *("id", "orders", "revenue", "average_order_value", "monthly_spend", "tips", "last_order"),
        *("last_order_status", "points", "earned_points"),
    ]
)
_ALIASES = Path(__file__).with_name("aliases.toml")


@dataclass(frozen=True)
class ImportField:
    """One thing a column can be: its code, its label, and how an upper app reads it, if it is theirs."""

    name: str
    label: object
    read: Callable | None = None


@cache
def import_fields() -> dict[str, ImportField]:
    """All fields by code, in the order a person chooses from."""
    exported = {column.column_name: column.label for column in CustomerResource().chosen()}
    labels = {
        "first_name": exported.pop("first_name"),
        "last_name": exported.pop("last_name"),
        "full_name": _("First and last name in one"),
        **exported,
        HOUSE_NUMBER: _("House number"),
        "joined": _("Customer since"),
        "notes": _("Notes"),
    }
    fields = {name: ImportField(name, label) for name, label in labels.items() if name not in COMPUTED}
    for extension in customer_extensions():
        for column in extension.import_columns:
            fields[column.name] = ImportField(column.name, column.label, column.read)
    return fields


def header_key(header: str) -> str:
    """What two spellings of a header have in common: `E-Mail-Adresse` and `emailadresse`."""
    return "".join(char for char in fold(header) if char.isalnum())


@cache
def aliases() -> dict[str, str]:
    """Field codes by `header_key`; a field's own code comes first."""
    known = {header_key(name): name for name in import_fields()}
    for name, headers in tomllib.loads(_ALIASES.read_text(encoding="utf-8")).items():
        for header in headers:
            known.setdefault(header_key(header), name)
    for extension in customer_extensions():
        for column in extension.import_columns:
            for header in column.headers:
                known.setdefault(header_key(header), column.name)
    return known
