"""Many rows in one statement, past the ORM: for what arrives or changes by the thousand.

The same call on both databases: arrays of columns on PostgreSQL, prepared rows on SQLite. Names
are column names; values are Python's. Nothing here derives, validates or logs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.base import ModelState

_FEW = 50
_ADDED = 500  # rows per statement


def insert_rows(model, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert rows; the first names the columns' order. Raises IntegrityError like any insert."""
    columns = ", ".join(_quoted(names))
    if connection.vendor == "postgresql":
        rows = list(rows)
        if len(rows) <= _FEW:
            _insert_few(model, columns, rows)
            return
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(f"COPY {_table(model)} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({places})"  # noqa: S608
    _execute_each(sql, _adapted(model, names, rows))


def _insert_few(model, columns: str, rows: list[Sequence]) -> None:
    """One way to the server and back, where COPY takes three."""
    if not rows:
        return
    places = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {_table(model)} ({columns}) VALUES {places}"  # noqa: S608
        cursor.execute(sql, [value for row in rows for value in row])


def insert_missing_rows(model, names: Sequence[str], rows: Sequence[Sequence]) -> set[int]:
    """Insert rows that break no unique rule, and return the ids of those that went in.

    The first name is the primary key, from `reserve_ids`. On SQLite the caller has looked inside
    this transaction, which nobody else can write beside: there all rows go in.
    """
    if not rows:
        return set()
    if connection.vendor != "postgresql":
        insert_rows(model, names, rows)
        return {row[0] for row in rows}
    sql = (
        f"INSERT INTO {_table(model)} ({', '.join(_quoted(names))}) "  # noqa: S608
        f"SELECT * FROM unnest({_arrays(model, names)}) ON CONFLICT DO NOTHING RETURNING {names[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _by_column(rows))
        return {row[0] for row in cursor.fetchall()}


def update_rows(model, names: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Set columns of stored rows; the first name is the primary key that finds each."""
    if not rows:
        return
    key, *others = _quoted(names)
    if connection.vendor == "postgresql":
        updates = ", ".join(f"{name} = new.{name}" for name in others)
        sql = (
            f"UPDATE {_table(model)} AS old SET {updates} "  # noqa: S608
            f"FROM unnest({_arrays(model, names)}) AS new ({', '.join(_quoted(names))}) "
            f"WHERE old.{key} = new.{key}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, _by_column(rows))
        return
    updates = ", ".join(f"{name} = %s" for name in others)
    sql = f"UPDATE {_table(model)} SET {updates} WHERE {key} = %s"  # noqa: S608
    _execute_each(sql, ((*row[1:], row[0]) for row in _adapted(model, names, rows)))


def add_to_rows(
    model,
    rows: Sequence[Sequence],
    *,
    keys: Sequence[str],
    sums: Sequence[str],
    fixed: Sequence[str] = (),
) -> None:
    """Add each row's sums to the stored row of the same key, or store it as the first.

    A row is its `keys`, which a unique rule must name, then `fixed`, then `sums`. In the order of their
    keys, two transactions that add to the same rows never wait for each other crosswise (TRUST I10).
    """
    columns = (*keys, *fixed, *sums)
    table = model._meta.db_table
    updates = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    for start in range(0, len(rows), _ADDED):
        chunk = rows[start : start + _ADDED]
        places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(chunk))
        sql = (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places} "  # noqa: S608
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for row in chunk for value in row])


def plain_instance(model, values: Mapping[str, object], *, is_new: bool = False):
    """An instance with these attributes (column names), without a call per field and without signals.

    Made as Django's own unpickling makes one. Columns that are left out are read when asked for;
    a new instance must have them all.
    """
    instance = model.__new__(model)
    instance.__dict__.update(values)
    instance._state = state = ModelState()
    state.adding = is_new
    state.db = DEFAULT_DB_ALIAS
    return instance


class GrowingTable:
    """A table that a long load fills and searches by `columns`.

    PostgreSQL plans by statistics that it renews about once a minute; until then it takes an
    organisation of 100,000 customers for an empty one and reads all of it to find one.
    """

    def __init__(self, model, *columns: str):
        self._model, self._columns = model, columns
        self._rows, self._next = 0, 1_000

    def grew(self, rows: int) -> None:
        """Have the statistics renewed whenever the load is four times as large. Not inside a transaction."""
        self._rows += rows
        if self._rows < self._next:
            return
        self._next = 4 * self._rows
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # without waiting for an index that is being built, or for another load that does the same
                columns = ", ".join(_quoted(self._columns))
                cursor.execute(f"ANALYZE (SKIP_LOCKED) {_table(self._model)} ({columns})")


def reserve_ids(model, count: int) -> list[int]:
    """Ascending primary keys that no other transaction will take.

    Known before the insert, they let lines be written without asking for their order's id.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sql, [model._meta.db_table, model._meta.pk.column, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))


def _execute_each(sql: str, rows: Iterable[Sequence]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _adapted(model, names: Sequence[str], rows: Iterable[Sequence]) -> Iterable[Sequence]:
    adapters = [(place, _adapter(model, name)) for place, name in enumerate(names)]
    adapters = [(place, adapt) for place, adapt in adapters if adapt]
    for row in rows:
        cells = list(row)
        for place, adapt in adapters:
            cells[place] = adapt(cells[place])
        yield cells


def _adapter(model, name: str) -> Callable | None:
    """How SQLite stores a value of this column; None: as it is."""
    field = model._meta.get_field(name)
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        # rows of one load share their moments
        return lru_cache(16)(connection.ops.adapt_datetimefield_value)
    if kind == "DateField":
        return connection.ops.adapt_datefield_value
    if kind == "DecimalField":
        return lambda value: connection.ops.adapt_decimalfield_value(
            value, field.max_digits, field.decimal_places
        )
    return None


def _arrays(model, names: Sequence[str]) -> str:
    types = (model._meta.get_field(name).rel_db_type(connection) for name in names)
    return ", ".join(f"%s::{_bare(kind)}[]" for kind in types)


def _bare(kind: str) -> str:
    # varchar(80)[] would cut silently what is too long; text leaves the refusal to the column
    return "text" if kind.startswith("varchar") else kind


def _by_column(rows: Sequence[Sequence]) -> list[list]:
    return [list(column) for column in zip(*rows, strict=True)]


def _quoted(names: Sequence[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]


def _table(model) -> str:
    return connection.ops.quote_name(model._meta.db_table)
