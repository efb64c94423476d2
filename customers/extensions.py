"""The seam that upper apps plug into: what they know about customers, without customers importing them.

`settings.CUSTOMER_EXTENSIONS` names the classes; they are asked in that order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string


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


class CustomerExtension:
    """What an upper app adds to customers. Every method may stay as it is."""

    tabs: tuple[Tab, ...] = ()
    import_columns: tuple[ImportColumn, ...] = ()

    def panels(self, customer, *, tab: str, data, formats) -> list[Panel]:
        """Sections of the profile. `tab` is `overview` or one of ours, `data` the query string."""
        return []

    def statistics(self, organisation, customer_ids: Iterable[int] | None = None) -> Truth | None:
        """The columns of CustomerStats that this app owns, from its own rows, for some customers or all."""
        return None

    def daily_figures(self, organisation) -> Iterator[dict]:
        """Rows of DailyFigures without customers' joining: location_id, source, day and sums."""
        return iter(())

    def store_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> set[int]:
        """Store what a file said in the import column `name`, by customer id; the ids it was stored for.

        Called inside the transaction that stores those customers, who are locked or new.
        """
        return set()

    def take_back_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> None:
        """Undo `store_imported` for customers who stay."""

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        """Which of these customers have done something here that was not imported with them."""
        return set()

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        """Delete what hangs on customers who are about to be deleted and are not busy."""

    def problems(self, organisation) -> Iterator[str]:
        """One sentence per invariant of this app that is broken (TRUST §1)."""
        return iter(())


@cache
def customer_extensions() -> tuple[CustomerExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.CUSTOMER_EXTENSIONS)
