"""What lists have in common: addresses that hold their state, chips of filters, heads that sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode


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
