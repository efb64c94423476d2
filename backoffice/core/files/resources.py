"""Tables that go out and come in, defined once as resources of django-import-export.

The package's own `export` builds one dataset and then one string; ours reads column by column from
one statement and yields rows, so that a million need no more memory than a thousand.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from itertools import repeat

from django.db.models import QuerySet
from django.utils.encoding import force_str
from import_export.fields import Field
from import_export.resources import Resource

from backoffice.core.database.replica import read_where_asked
from backoffice.core.database.streaming import read_columns
from backoffice.core.files.exports import CellKind, Column
from backoffice.core.text.money import decimals_of

# Server-side on PostgreSQL, fetchmany on SQLite: either way so many rows are in memory
ROWS_PER_FETCH = 2_000


@dataclass(frozen=True)
class Export:
    """A table on its way out: columns, rows as they are read, and the zone its moments are told in."""

    columns: list[Column]
    rows: Iterator[tuple]
    title: str
    tz: tzinfo


class TableField(Field):
    """A column: its fixed name, its label, its kind, and the ORM paths it is made of.

    `make` turns the values of `lookups` and today's date into the value of the column; without it
    the one value stands as it is. `words` gives the values in the language in use, for files whose
    headers are words. One `on_demand` is in files alone that name it.
    """

    def __init__(
        self,
        name: str,
        label,
        kind: CellKind,
        *lookups: str,
        make: Callable | None = None,
        words: Callable[[], Mapping] | None = None,
        on_demand: bool = False,
    ):
        super().__init__(attribute=name, column_name=name, readonly=make is not None)
        self.label, self.kind = label, kind
        self.lookups = lookups or (name,)
        self.make, self.words, self.on_demand = make, words, on_demand

    def column(self, currency: str) -> Column:
        words = self.words() if self.words else None
        return Column(self.column_name, str(self.label), self.kind, decimals_of(currency), words)


class TableResource(Resource):
    """A table whose columns are `table_fields`, in that order."""

    table_fields: Collection[TableField] = ()
    title = ""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = {item.column_name: item for item in self.table_fields}

    @classmethod
    def get_display_name(cls) -> str:
        """What forms of the package call it."""
        return force_str(cls.title)

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def chosen(self, names: Collection[str] = ()) -> list[TableField]:
        """The named columns in the order of the file, without names all but those on demand."""
        return [
            item for name, item in self.fields.items() if (name in names if names else not item.on_demand)
        ]

    def export(
        self,
        queryset=None,
        *,
        currency: str,
        export_fields: Collection[str] = (),
        tz=UTC,
        today: date | None = None,
        **kwargs,
    ) -> Export:
        """The rows of `queryset` in its order. One statement, so one moment in time.

        `currency` is that of its amounts. `export_fields` names columns, none means all. `today` is
        the day that figures such as the monthly spend refer to.
        """
        self.before_export(queryset, **kwargs)
        queryset = self.get_queryset() if queryset is None else queryset
        fields = self.chosen(export_fields or ())
        today = today or date.today()
        if isinstance(queryset, QuerySet):
            rows = read_where_asked(queryset, lambda source: self.rows(source, fields, today))
        else:
            rows = self.rows(queryset, fields, today)
        return Export([item.column(currency) for item in fields], rows, force_str(self.title), tz)

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        """Yield one tuple per row of the queryset with the values of `fields`."""
        lookups = list(dict.fromkeys(lookup for item in fields for lookup in item.lookups))
        places = {lookup: place for place, lookup in enumerate(lookups)}
        for values in read_columns(queryset, lookups, ROWS_PER_FETCH):
            columns = []
            for item in fields:
                chosen = [values[places[lookup]] for lookup in item.lookups]
                columns.append(map(item.make, repeat(today), *chosen) if item.make else chosen[0])
            yield from zip(*columns, strict=True)
