"""The seam that upper apps plug into: what they know about customers, without customers importing them.

`settings.CUSTOMER_EXTENSIONS` names the classes; they are asked in that order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model, QuerySet, Value
from django.utils.module_loading import import_string

from backoffice.core.text.formats import Formats


class Truth(NamedTuple):
    """A SELECT of `customer_id` and `fields`, one row per customer that has any, and its parameters."""

    sql: str
    params: tuple
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """A section of the profile: its template, and the `panel` the template reads."""

    template: str
    panel: object = field(default_factory=dict)


@dataclass(frozen=True)
class Tab:
    """A further page of the profile, `?tab=<name>`."""

    name: str
    label: object


@dataclass(frozen=True)
class ActivityGroup:
    """What the activity log can be narrowed to, `?tab=activity&group=<name>`."""

    name: str
    label: object


@dataclass(frozen=True)
class ActivityFeed:
    """Rows that are lines of the activity log: all that is told comes from one statement over all feeds.

    `rows` are those of one customer, without order. `at`, `actor` (a name) are their paths; `code` and
    `text` are expressions of text, `number` one of whole numbers. `say` makes a sentence, a tone and
    an icon of code, text, number and Formats.
    """

    group: str
    rows: QuerySet
    at: str
    code: object
    text: object
    say: Callable[[str, str, int, Formats], tuple[str, str, str]]
    number: object = Value(0)
    actor: object = Value("")


@dataclass(frozen=True)
class ImportColumn:
    """A column that files of customers may have for an upper app.

    `headers` are the spellings it is recognised by. `read` turns a cell that is not empty into a
    value that JSON can hold, or raises ValidationError. `example` is what the example file shows.
    """

    name: str
    label: object
    headers: tuple[str, ...]
    read: Callable[[str], object]
    example: str = ""


class Merging(Enum):
    """What becomes of rows that name a customer who is merged into another one."""

    MOVES = auto()  # they become the survivor's, and go back with an undo
    KEPT = auto()  # the merge keeps them while that customer is gone
    UNITED = auto()  # by rules of their own, which avoid what would be there twice
    MADE_ANEW = auto()  # they follow from others: removed, and written again


@dataclass(frozen=True)
class Relation:
    """A foreign key to Customer, and what happens to its rows when a customer is merged.

    Every one there is stands in a table of these: `merging.OWN_RELATIONS` or an extension's `relations`.
    """

    model: type[Model]
    merge: Merging
    field: str = "customer"


class CustomerExtension:
    """What an upper app adds to customers. Every method may stay as it is."""

    relations: tuple[Relation, ...] = ()
    tabs: tuple[Tab, ...] = ()
    import_columns: tuple[ImportColumn, ...] = ()
    activity_groups: tuple[ActivityGroup, ...] = ()
    # what kinds of orders are called in the list, by the codes in CustomerStats.last_service_type
    service_type_words: Mapping[str, object] = MappingProxyType({})

    def panels(self, customer, *, tab: str, data, formats) -> list[Panel]:
        """Sections of the profile. `tab` is `overview` or one of ours, `data` the query string."""
        return []

    def side_panels(self, customer, *, formats) -> list[Panel]:
        """Sections beside the overview, below the consents."""
        return []

    def activity_feeds(self, customer) -> list[ActivityFeed]:
        """What happened to the customer here."""
        return []

    def statistics(self, organisation, customer_ids: Iterable[int] | None = None) -> Truth | None:
        """The columns of CustomerStats that this app owns, from its own rows, for some customers or all."""
        return None

    def daily_figures(self, organisation) -> Iterator[dict]:
        """Rows of DailyFigures without customers' joining: location_id, source, day and sums."""
        return iter(())

    def rebuild_figures(self, organisation) -> None:
        """Write anew the figures that this app keeps besides, from its own rows."""

    def store_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> set[int]:
        """Store what a file said in the import column `name`, by customer id; the ids it was stored for.

        Called inside the transaction that stores those customers, who are locked or new.
        """
        return set()

    def take_back_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> None:
        """Undo `store_imported` for customers who stay."""

    def found_by_number(self, organisation, text: str) -> list[int]:
        """Ids of customers whom a number of ours, typed into the search whole, means. One indexed query at
        most, none for what is no such number."""
        return []

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        """Which of these customers have done something here that was not imported with them."""
        return set()

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        """Delete what hangs on customers who are about to be deleted and are not busy."""

    def merge_counts(self, customer_ids: list[int]) -> list[tuple[object, int]]:
        """What one customer would have of these together: (label, number)."""
        return []

    def merge_customers(self, organisation, survivor_id: int, merged_ids: list[int]) -> dict:
        """What a merge asks besides moving rows, before they move; returns JSON to keep for the undo.

        All of them are locked. Statistics are read anew afterwards.
        """
        return {}

    def undo_merge(self, organisation, survivor_id: int, moved: Mapping[str, dict], kept: dict) -> None:
        """Take back `merge_customers`, after rows went back; `moved` has what had moved, as
        {"orders.Order.customer": {old id: [primary keys]}}. Statistics are read anew afterwards."""

    def rows_moved(self, organisation, customer_ids: list[int]) -> None:
        """A merge, or its undo, is through with these customers: what follows from their rows is made anew.
        Their sums in CustomerStats are right already."""

    def problems(self, organisation) -> Iterator[str]:
        """One sentence per invariant of this app that is broken (TRUST §1)."""
        return iter(())


@cache
def customer_extensions() -> tuple[CustomerExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.CUSTOMER_EXTENSIONS)
