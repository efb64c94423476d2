"""Brings the lines of each order together, however the file was sorted, in constant memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby

from backoffice.core.files.exports import unguard
from backoffice.core.files.tables import Row
from backoffice.core.text.text import clean

# An empty name is a private database in a temporary file that SQLite removes by itself.
_TEMPORARY = ""
_GROUPED = """
SELECT first, line, cells, problem FROM staged
JOIN (SELECT number, MIN(line) AS first FROM staged GROUP BY number) USING (number)
ORDER BY first, line
"""


def rows_by_order(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows of one order after another, orders in the sequence of their first lines.

    All rows are read before the first order comes: only then is it certain to be complete. Rows
    without an order number stand alone.
    """
    with closing(sqlite3.connect(_TEMPORARY, isolation_level=None)) as database:
        database.execute(
            "CREATE TABLE staged (line INTEGER PRIMARY KEY, number TEXT, cells TEXT, problem TEXT)"
        )
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO staged VALUES (?, ?, ?, ?)",
            ((row.line, _number(row), json.dumps(row.cells), row.problem) for row in rows),
        )
        database.execute("CREATE INDEX staged_by_number ON staged (number, line)")
        for _first, staged in groupby(database.execute(_GROUPED), key=lambda found: found[0]):
            yield [Row(line, json.loads(cells), problem) for _, line, cells, problem in staged]


def _number(row: Row) -> str:
    return clean(unguard(row.cells.get("order_id", ""))) or f"\n{row.line}"
