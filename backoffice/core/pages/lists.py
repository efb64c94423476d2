"""What lists have in common: addresses that hold their state, chips of filters, heads that sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from backoffice.core.text.formats import Formats

MOST_CHECKS = 24


class Sorted(Protocol):
    """How a list is sorted now."""

    name: str
    descending: bool


class Address:
    """The address of a list, with parts exchanged. What is not among `names` is left behind: a place within
    the list, and what nobody knows."""

    do_not_call_in_templates = True  # or `address.query` would be an attribute of what the call returns

    def __init__(self, path: str, data, names: Sequence[str]):
        self.path = path
        self._pairs = [(name, value) for name in names for value in data.getlist(name) if value != ""]

    def query(self, **changes) -> str:
        pairs = [pair for pair in self._pairs if pair[0] not in changes]
        pairs += [(name, value) for name, value in changes.items() if value is not None]
        return urlencode(pairs)

    def __call__(self, **changes) -> str:
        query = self.query(**changes)
        return f"{self.path}?{query}" if query else self.path

    def without(self, name: str, value=None) -> str:
        """Without a parameter, or without one of its values."""
        pairs = [
            (key, text)
            for key, text in self._pairs
            if key != name or (value is not None and text != str(value))
        ]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def fields(self, *except_names: str) -> list[tuple[str, str]]:
        """Hidden inputs that carry the state through a form, without the names the form has itself."""
        return [pair for pair in self._pairs if pair[0] not in except_names]


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Heading:
    """A column's head: its sort link and the `aria-sort` it has now."""

    label: str
    title: str
    css: str
    url: str
    aria_sort: str


def heading(
    name: str,
    label,
    order: Sorted,
    address: Address,
    *,
    title="",
    css: str = "",
    first_descending: bool = False,
) -> Heading:
    """The head of the column that `?sort=<name>` sorts by; `title` is its whole label."""
    is_current = order.name == name
    descending = not order.descending if is_current else first_descending
    url = address(sort=f"-{name}" if descending else name)
    aria_sort = ("descending" if order.descending else "ascending") if is_current else "none"
    return Heading(str(label), str(title or label), css, url, aria_sort)


# ---- Filters ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FilterField:
    """One filter as the page asks for it. `kind`: checks, select, date, count or money. `counts` are
    rows by choice, where they are known."""

    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    values: list[str]
    counts: dict[str, str] | None = None

    @property
    def input_type(self) -> str:
        return "radio" if self.kind == "select" else "checkbox"

    @property
    def counted_choices(self) -> list[tuple[str, str, str]]:
        """As (value, label, number of rows); a long select does not say 0 all along."""
        counts, other = self.counts or {}, "0" if self.kind == "checks" and self.counts is not None else ""
        return [(value, label, counts.get(value, other)) for value, label in self.choices]

    @property
    def ticks(self) -> SafeString:
        """The lines of a small menu, none of them ticked."""
        return _ticks(self.name, self.input_type, tuple(self.choices))


@lru_cache(maxsize=200)
def _ticks(name: str, input_type: str, choices: tuple[tuple[str, str], ...]) -> SafeString:
    """Made once per set of choices: every page of the list has four such menus."""
    line = '<label class="menu-item"><input class="tick" type="{}" name="{}" value="{}">{}</label>'
    return format_html_join("\n", line, ((input_type, name, value, label) for value, label in choices))


def filter_field(name: str, field, data, counts: dict[str, str] | None = None) -> FilterField:
    """The filter of a form's field, filled with what the address (`data`, may be None) has for it."""
    choices = [(str(value), str(label)) for value, label in getattr(field, "choices", []) if value != ""]
    if choices or hasattr(field, "choices"):
        is_short_list = hasattr(field.widget, "allow_multiple_selected") and len(choices) <= MOST_CHECKS
        kind = "checks" if is_short_list and field.widget.allow_multiple_selected else "select"
    else:
        kind = {"MoneyField": "money", "CountField": "count"}.get(type(field).__name__, "date")
    return FilterField(name, str(field.label), kind, choices, data.getlist(name) if data else [], counts)


def filter_value(field, value, formats: Formats) -> str:
    """A cleaned value of a filter in words."""
    choices = {str(key): str(text) for key, text in getattr(field, "choices", [])}
    if isinstance(value, (list, tuple)):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    if str(value) in choices:
        return choices[str(value)]
    if hasattr(value, "year"):
        return formats.day(value)
    if type(field).__name__ == "MoneyField":
        return formats.money(value)
    return formats.number(value)
