"""The seam that upper apps plug into: what they know about guests, without customers importing them.

`settings.CUSTOMER_EXTENSIONS` names the classes; they are asked in that order.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string


class Truth(NamedTuple):
    """A SELECT of `customer_id` and `fields`, one row per guest that has any, and its parameters."""

    sql: str
    params: tuple
    fields: tuple[str, ...]


class CustomerExtension:
    """What an upper app adds to guests. Every method may stay as it is."""

    def statistics(self, organisation, customer_ids: Iterable[int] | None = None) -> Truth | None:
        """The columns of CustomerStats that this app owns, from its own rows, for some guests or all."""
        return None

    def daily_figures(self, organisation) -> Iterator[dict]:
        """Rows of DailyFigures without guests' joining: location_id, source, day and sums."""
        return iter(())

    def problems(self, organisation) -> Iterator[str]:
        """One sentence per invariant of this app that is broken (TRUST §1)."""
        return iter(())


@cache
def customer_extensions() -> tuple[CustomerExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.CUSTOMER_EXTENSIONS)
