"""What stands in the page that compares, as text."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats, country_name, language_name
from backoffice.core.text.phones import international
from customers.choices import ConsentAction, Purpose
from customers.fields import Kind
from customers.merging import choices
from customers.models import Customer


@dataclass(frozen=True)
class Cell:
    """A value of a customer, line by line; without lines there is none."""

    customer: Customer
    lines: list[str]
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """A choice. `same` are the lines of what all have alike, then there is nothing to choose."""

    name: str
    label: object
    cells: list[Cell] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


def compare_rows(foreseen, formats: Formats) -> list[Row]:
    """A row for each choice of which anybody has a value."""
    rows = []
    for choice in choices():
        lines = [_lines(choice, customer, formats) for customer in foreseen.customers]
        if not any(lines):
            continue
        if all(one == lines[0] for one in lines):
            rows.append(Row(choice.name, choice.label, same=lines[0]))
            continue
        chosen = foreseen.chosen[choice.name]
        cells = [
            Cell(customer, of_one, customer.pk == chosen)
            for customer, of_one in zip(foreseen.customers, lines, strict=True)
        ]
        rows.append(Row(choice.name, choice.label, cells))
    return rows


def _lines(choice, customer: Customer, formats: Formats) -> list[str]:
    if choice.name == "address":
        town = f"{customer.postcode} {customer.city}".strip()
        lines = [customer.address1, customer.address2, town, customer.state]
        lines.append(country_name(customer.country) if customer.country else "")
        return [line for line in lines if line]
    value = choice.value_of(customer)[0]
    if not value:
        return []
    if choice.name == "picture":
        return [_("has a picture")]
    show = _SHOWN.get(choice.kind)
    return [show(value, formats) if show else str(value)]


_SHOWN = {
    Kind.PHONE: lambda value, formats: international(value),
    Kind.BIRTHDAY: lambda value, formats: formats.birthday(value),
    Kind.DAY: lambda value, formats: formats.day(value),
    Kind.LANGUAGE: lambda value, formats: language_name(value),
}


def facts(foreseen, formats: Formats) -> list[tuple[object, str, str]]:
    """What the survivor has in all: label, how it adds up, and the sum."""

    def added(label, numbers):
        parts = " + ".join(map(formats.number, numbers)) if len(numbers) > 1 else ""
        return (label, parts, formats.number(sum(numbers)))

    return [
        added(_("Points"), foreseen.points),
        added(_("Receipts"), foreseen.receipts),
        (_("Total amount"), "", formats.money(foreseen.revenue_cents)),
        *((label, "", formats.number(count)) for label, count in foreseen.counts),
    ]


def consent_facts(foreseen, formats: Formats) -> list[dict]:
    """Each purpose as it would be, and why."""
    return [
        {
            "label": Purpose(one.purpose).label,
            "is_granted": one.is_granted,
            "why": _why(one, formats),
        }
        for one in foreseen.consents
    ]


def _why(one, formats: Formats) -> str:
    if one.decisive is None:
        return _("never given")
    told = {
        "number": f"K-{one.decisive.customer_id}",
        "day": formats.day(formats.local(one.decisive.occurred_at).date()),
    }
    if one.has_other_email:
        return _("%(number)s agreed for another e-mail: ask anew") % told
    words = {
        ConsentAction.GRANTED: _("%(number)s agreed on %(day)s"),
        ConsentAction.PENDING: _("asked for, not confirmed by %(number)s"),
        ConsentAction.WITHDRAWN: _("%(number)s withdrew it on %(day)s"),
    }
    return words[one.decisive.action] % told
