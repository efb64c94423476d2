"""Rows by the million into empty tables: indexes and constraints go first and come back at the end."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection

from customers.listing.search_index import ensure_search_index


def load_rows(table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """Insert rows of values as the driver takes them; moments and days are text in UTC."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join("?" * len(columns))
        # past Django's cursor, which would rewrite the statement for each row
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


@contextmanager
def without_indexes(models: Sequence) -> Iterator[None]:
    """Take indexes, constraints between tables and triggers away for the block."""
    tables = [model._meta.db_table for model in models]
    drop, restore = (_postgresql if connection.vendor == "postgresql" else _sqlite)(tables)
    _execute_all(drop)
    yield
    _execute_all(restore)
    _execute_all(connection.ops.sequence_reset_sql(no_style(), models))
    ensure_search_index()


def _execute_all(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _sqlite(tables: list[str]) -> tuple[list[str], list[str]]:
    """Indexes of constraints cannot be dropped there; rows come in their order."""
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(tables))
        cursor.execute(
            f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({places}) "
            "AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            tables,
        )
        found = cursor.fetchall()
    drop = [f'DROP {kind} "{name}"' for kind, name, _sql in found]
    # triggers come back with the search index, which is then built in one go
    return drop, [sql for kind, _name, sql in found if kind == "index"]


def _postgresql(tables: list[str]) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u') ORDER BY contype",
            [tables],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i "
            "WHERE i.indrelid::regclass::text = ANY(%s) "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)",
            [tables],
        )
        indexes = cursor.fetchall()
    drop = ["SET CONSTRAINTS ALL IMMEDIATE"]
    drop += [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _ in constraints]
    drop += [f"DROP INDEX {name}" for name, _ in indexes]
    restore = ["SET maintenance_work_mem = '512MB'", *(sql for _, sql in indexes)]
    restore += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {sql}' for table, name, sql in constraints]
    return drop, [*restore, "RESET maintenance_work_mem"]


@contextmanager
def quick_writes() -> Iterator[None]:
    """SQLite does not wait for the disk and checks no foreign keys while the bench is built."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    _execute_all(["PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-1000000"])
    yield
    _execute_all(["PRAGMA wal_checkpoint(TRUNCATE)"])
    connection.close()  # the next one begins with the usual pragmas


def settle() -> None:
    """What a database does by itself over night: statistics for the planner, and vacuum."""
    vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    _execute_all(["VACUUM ANALYZE" if vacuum else "ANALYZE"])
