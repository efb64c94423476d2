"""The example file of an import: the headers that are recognised, and two rows that show what is meant."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.files.contacts import vcard
from backoffice.core.files.exports import CellKind, Column, CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.core.files.resources import Export
from backoffice.core.text.formats import country_name
from backoffice.core.text.phones import example_phone
from customers.choices import Source
from customers.field_kinds import Kind
from customers.importing.fields import ALTERNATIVES, import_fields

_LEFT_OUT = {*ALTERNATIVES, "modules"}  # modules are something that only Stammgast knows
_BY_KIND = {Kind.DAY: "2015-06-20"}


def example_file(format: str, language: str, organisation) -> Iterator[bytes]:
    """CSV, XLSX or vCard in the active language, as bytes."""
    if format == "vcf":
        return map(vcard, (_person(organisation, language), _other_person(organisation)))
    fields = [field for field in import_fields().values() if field.name not in _LEFT_OUT]
    columns = [Column(field.name, str(field.label), CellKind.TEXT) for field in fields]
    somebody, other = _person(organisation, language), _other_person(organisation)
    usual = [str(_BY_KIND.get(field.kind, field.example)) for field in fields]
    full = [somebody.get(field.name, text) for field, text in zip(fields, usual, strict=True)]
    rows = [tuple(full), tuple(other.get(field.name, "") for field in fields)]
    export = Export(columns, iter(rows), _("Customers"), organisation.tz)
    return Layout(format, CsvDialect.of(language), labelled=True).stream(export)


def _person(organisation, language: str) -> dict[str, str]:
    """Somebody of whom everything is known."""
    return {
        "first_name": pgettext("example", "Anna"),
        "last_name": pgettext("example", "Sample"),
        "email": "anna@example.org",
        "phone": example_phone(organisation.country, mobile=True),
        "phone2": example_phone(organisation.country, mobile=False),
        "company": pgettext("example", "Sample Bakery"),
        "tax_id": "X123456789",
        "language": language,
        "country": country_name(organisation.country),
        "state": "",
        "city": pgettext("example", "Sampletown"),
        "postcode": "01234",
        "address1": pgettext("example", "1 Sample Street"),
        "address2": pgettext("example", "2 Sample Lane"),
        "birthday": "1985-12-24",
        "source": str(Source.STORE.label),
        "tags": pgettext("example", "regular, window seat"),
        "joined": "2024-03-01",
        "marketing_communications": pgettext("answer", "yes"),
        "system_notifications": pgettext("answer", "yes"),
        "contact_permission": pgettext("answer", "yes"),
        "status": pgettext("example", "active"),
        "notes": pgettext("example", "Prefers a quiet table"),
    }


def _other_person(organisation) -> dict[str, str]:
    """Somebody of whom little is known: a name and an e-mail are enough."""
    return {
        "first_name": pgettext("example", "Ben"),
        "last_name": pgettext("example", "Example"),
        "email": "ben@example.org",
        "country": country_name(organisation.country),
        "marketing_communications": pgettext("answer", "no"),
    }
