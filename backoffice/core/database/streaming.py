"""Reading more rows than fit into memory, from one statement, so of one moment.

Behind a transaction pooler (`DATABASE_POOLED`) a cursor of the server ends with its transaction: who reads
holds one, and with it a connection of the pool, until the last row.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC

from django.conf import settings
from django.db import connections, transaction
from django.db.models import QuerySet


def stream_rows(queryset: QuerySet, size: int) -> Iterator:
    """What `queryset.iterator(size)` yields, which behind a pooler would be in memory as a whole."""
    with _cursor_lives(queryset.db):
        yield from queryset._iterator(True, size)


def read_columns(queryset: QuerySet, names: Sequence[str], size: int) -> Iterator[list[Sequence]]:
    """Yield the values of ORM paths, column by column, `size` rows at a time. One statement.

    What `values_list(*names).iterator(size)` reads, and as Python's values, without its work per row.
    """
    connection = connections[queryset.db]
    compiler = queryset.values_list(*names).query.get_compiler(connection=connection)
    with _cursor_lives(queryset.db):
        parts = compiler.execute_sql(chunked_fetch=True, chunk_size=size)
        expressions = [selected[0] for selected in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(expressions)
        for rows in parts:
            columns = list(zip(*rows, strict=True))
            for place, (functions, expression) in converters.items():
                columns[place] = _converted(columns[place], functions, expression, connection)
            yield columns


def _cursor_lives(alias: str) -> AbstractContextManager:
    return transaction.atomic(using=alias) if settings.DATABASE_POOLED else nullcontext()


def _converted(values: Sequence, functions: list, expression, connection) -> Sequence:
    if connection.vendor == "sqlite" and expression.output_field.get_internal_type() == "DateTimeField":
        # the driver's converter has made naive UTC of them
        return [value and value.replace(tzinfo=UTC) for value in values]
    for function in functions:
        values = [function(value, expression, connection) for value in values]
    return values
