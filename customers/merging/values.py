"""Which value of several customers stays: field by field, by default the survivor's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from customers.fields import Group, Kind, stored_fields
from customers.merging.contact_points import COLUMNS
from customers.merging.rows import value_of
from customers.models import Customer

UNITED = ("notes",)


@dataclass(frozen=True)
class Choice:
    """Columns that are chosen together, under the name that forms and programs use."""

    name: str
    label: object
    columns: tuple[str, ...]
    kind: Kind = Kind.TEXT

    def value_of(self, customer: Customer) -> tuple:
        return tuple(_plain(getattr(customer, column)) for column in self.columns)

    def is_empty(self, customer: Customer) -> bool:
        return not any(self.value_of(customer))


def _plain(value):
    return value.name or "" if hasattr(value, "storage") else value


def choices() -> list[Choice]:
    """What is chosen, in the order of the page. An address is one thing, and notes are united."""
    stored = [field for field in stored_fields() if field.name not in UNITED]
    address = sorted((one for one in stored if one.group is Group.ADDRESS), key=lambda one: one.rank)
    found = [
        Choice(field.name, field.short, (field.name,), field.kind)
        for field in stored
        if field.group is not Group.ADDRESS
    ]
    found.append(Choice("address", _("Address"), tuple(field.name for field in address)))
    return [*found, Choice("picture", _("Picture"), ("picture",))]


def default_choices(survivor: Customer, others: Sequence[Customer]) -> dict[str, int]:
    """Whose value is taken: the survivor's, or where it has none that of the oldest who has one."""
    return {
        choice.name: next((one.pk for one in (survivor, *others) if not choice.is_empty(one)), survivor.pk)
        for choice in choices()
    }


def told_choices(customers: Mapping[int, Customer], told: Mapping[str, int]) -> dict[str, int]:
    """What somebody chose, without empty values: emptying a field is an edit, not a merge."""
    by_name = {choice.name: choice for choice in choices()}
    return {
        name: pk for name, pk in told.items() if name in by_name and not by_name[name].is_empty(customers[pk])
    }


def chosen_values(customers: Mapping[int, Customer], chosen: Mapping[str, int]) -> dict[str, object]:
    """The columns of the survivor as chosen."""
    values = {}
    for choice in choices():
        values |= dict(zip(choice.columns, choice.value_of(customers[chosen[choice.name]]), strict=True))
    if values["phone2"] == values["phone"]:
        values["phone2"] = ""
    return values


def united_notes(customers: Sequence[Customer]) -> str:
    texts = [customer.notes.strip() for customer in customers]
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def apply_values(survivor: Customer, values: Mapping[str, object]) -> dict[str, list]:
    """Set what is no contact point; returns the changes as [before, after], by column."""
    changes = {}
    for name, value in values.items():
        before = _plain(getattr(survivor, name))
        if name not in COLUMNS and before != value:
            changes[name] = [_json(before), _json(value)]
            setattr(survivor, name, value)
    return changes


def take_back_values(survivor: Customer, changes: Mapping[str, list]) -> list[str]:
    """Set what it was where it still is what the merge made it; returns the columns."""
    names = []
    for name, (before, after) in changes.items():
        if _json(_plain(getattr(survivor, name))) == after:
            setattr(survivor, name, value_of(Customer, name, before))
            names.append(name)
    return names


def _json(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
