"""The contact card of a profile: every field that people type, from the table of fields."""

from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats, country_name, language_name
from customers.field_kinds import Field, Group, Kind
from customers.fields import fields_of
from customers.models import Customer

_IN_HEAD = frozenset(["first_name", "last_name"])


@dataclass(frozen=True)
class Detail:
    """One line of the card; an empty `value` reads as empty."""

    label: object
    value: str | SafeString


def contact_details(customer: Customer, formats: Formats) -> list[Detail]:
    """The address as one, then the person; phones and e-mails are contact points. No query."""
    contact = [
        _detail(customer, field, formats)
        for field in fields_of(Group.CONTACT)
        if field.kind not in (Kind.PHONE, Kind.EMAIL)
    ]
    person = [
        _detail(customer, field, formats) for field in fields_of(Group.PERSON) if field.name not in _IN_HEAD
    ]
    modules = ", ".join(str(module.label) for module in customer.modules)
    places = [Detail(_("Modules"), modules), Detail(_("Location"), customer.location.name)]
    return [*contact, Detail(_("Address"), _address(customer)), *person, *places]


def _detail(customer: Customer, field: Field, formats: Formats) -> Detail:
    value = getattr(customer, field.name)
    return Detail(field.short, _SHOWN.get(field.kind, _text)(value, formats) if value else "")


def _text(value, formats: Formats) -> str:
    return str(value)


def _day(value, formats: Formats) -> str:
    return formats.day(value)


def _birthday(value, formats: Formats) -> str:
    return formats.birthday(value)


def _language(value: str, formats: Formats) -> str:
    return language_name(value)


_SHOWN = {
    Kind.DAY: _day,
    Kind.BIRTHDAY: _birthday,
    Kind.LANGUAGE: _language,
}


_BREAK = mark_safe("<br>")


def _address(customer: Customer) -> SafeString:
    country = country_name(customer.country) if customer.country else ""
    town = f"{customer.postcode} {customer.city}".strip()
    # the second address is one of its own, not a second line
    both = ([customer.address1, town, customer.state, country], [customer.address2])
    shown = [[(line,) for line in lines if line] for lines in both]
    return format_html_join(
        "", "<address>{}</address>", ((format_html_join(_BREAK, "{}", lines),) for lines in shown if lines)
    )
