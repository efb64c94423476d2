"""What a file may tell about a customer, and by which headers it is recognised."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import LOCALES
from backoffice.imports.profiling import header_key
from customers.consent import FLAGS
from customers.extensions import customer_extensions
from customers.field_kinds import DAY_KINDS, Kind
from customers.fields import FIELDS

FULL_NAME = "full_name"
# What tells one customer from another must be right; a row can do without all else.
IDENTITY = frozenset(["first_name", "last_name", FULL_NAME, "phone", "email"])
HOUSE_NUMBER = "house_number"  # beside a column of streets alone; it becomes part of the address
ADDRESS_LINE = "address_line"  # a second line of the first address, which has one line here
TOWN = "town"  # postcode and city in one
# What a file may have several columns of; it goes where there is room for it.
MORE_PHONES, MORE_EMAILS = "more_phones", "more_emails"
CONTACTS = "contact_points"  # phones and e-mails in one cell, as our own export writes them
REPEATABLE = frozenset([MORE_PHONES, MORE_EMAILS])
# Other ways to say what fields have.
ALTERNATIVES = frozenset([FULL_NAME, HOUSE_NUMBER, ADDRESS_LINE, TOWN, *REPEATABLE])
_PURPOSES = {flag: purpose for purpose, flag in FLAGS.items()}
CONSENTS = {field.name: _PURPOSES[field.paths[0]] for field in FIELDS if field.kind is Kind.CONSENT}
DAYS = tuple(field.name for field in FIELDS if field.kind in DAY_KINDS and not field.is_computed)
# Columns of our own export that no file may set: our ids, and what follows from orders and points.
COMPUTED = frozenset(field.name for field in FIELDS if field.is_computed and field.in_files)
_LABELS = {"joined": _("Customer since")}
_ALIASES = Path(__file__).with_name("aliases.toml")


@dataclass(frozen=True)
class ImportField:
    """One thing a column can be: its code, label and kind; `read` and `example` are those of upper apps.

    `kind` is None for what is no field by itself: a full name, a further number, columns of upper apps.
    """

    name: str
    label: object
    kind: Kind | None = None
    read: Callable | None = None
    example: object = ""


@cache
def import_fields() -> dict[str, ImportField]:
    """All fields by code, in the order a person chooses from."""
    own = [field for field in FIELDS if not field.is_computed]
    fields = [ImportField(field.name, _LABELS.get(field.name, field.label), field.kind) for field in own]
    after_names = 1 + max(place for place, field in enumerate(fields) if field.name.endswith("_name"))
    fields.insert(after_names, ImportField(FULL_NAME, _("First and last name in one")))
    notes = next(place for place, field in enumerate(fields) if field.name == "notes")
    fields[notes:notes] = [
        ImportField(MORE_PHONES, _("Further phone number")),
        ImportField(MORE_EMAILS, _("Further e-mail")),
        ImportField(HOUSE_NUMBER, _("House number")),
        ImportField(ADDRESS_LINE, _("Second line of the address")),
        ImportField(TOWN, _("Postcode and city in one")),
    ]
    fields += [
        ImportField(column.name, column.label, read=column.read, example=column.example)
        for extension in customer_extensions()
        for column in extension.import_columns
    ]
    return {field.name: field for field in fields}


@cache
def aliases() -> dict[str, str]:
    """Field codes by `header_key`: of their own codes, of the list of aliases, of their labels."""
    known = {header_key(name): name for name in import_fields()}
    for name, headers in tomllib.loads(_ALIASES.read_text(encoding="utf-8")).items():
        for header in headers:
            known.setdefault(header_key(header), name)
    for extension in customer_extensions():
        for column in extension.import_columns:
            for header in column.headers:
                known.setdefault(header_key(header), column.name)
    for language in LOCALES:
        with translation.override(language):
            for name, field in import_fields().items():
                known.setdefault(header_key(str(field.label)), name)
    return known
