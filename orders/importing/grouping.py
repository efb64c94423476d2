"""Brings the lines of each order together, however the file was sorted, in constant memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from backoffice.core.files.exports import unguard
from backoffice.core.files.tables import Row
from backoffice.core.full_disk import whole_or_absent
from backoffice.core.text.text import clean
from backoffice.imports.staging import packed, unpacked

_GROUPED = """
SELECT first, line, cells, problem FROM staged
JOIN (SELECT number, MIN(line) AS first FROM staged GROUP BY number HAVING MIN(line) > ?) USING (number)
ORDER BY first, line
"""


class OrderRows(NamedTuple):
    """The rows of one order; `first` is the line of the first, by which a run goes on behind it."""

    first: int
    rows: list[Row]


class GroupedRows:
    """A database of rows beside the file; `header` is the one of its columns with the number of the order.

    Rows without a number stand alone.
    """

    def __init__(self, path: Path, headers: list[str], header: str):
        self._path, self._headers, self._header = path, headers, header

    def build(self, rows: Iterable[Row]) -> None:
        """Take all rows in: only then an order is certain to be complete. Complete or absent."""
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with whole_or_absent(part), closing(sqlite3.connect(part, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute(
                "CREATE TABLE staged (line INTEGER PRIMARY KEY, number TEXT, cells TEXT, problem TEXT)"
            )
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO staged VALUES (?, ?, ?, ?)",
                ((row.line, self._number(row), self._kept(row), str(row.problem)) for row in rows),
            )
            database.execute("CREATE INDEX staged_by_number ON staged (number, line)")
            database.execute("COMMIT")
        part.replace(self._path)

    @property
    def is_built(self) -> bool:
        return self._path.exists()

    def orders(self, behind: int = 0) -> Iterator[OrderRows]:
        """Orders in the sequence of their first lines, those whose first line is behind a line."""
        database = sqlite3.connect(self._path, isolation_level=None)
        try:
            found = database.execute(_GROUPED, [behind])
            for first, staged in groupby(found, key=lambda row: row[0]):
                rows = [
                    Row(line, unpacked(self._headers, json.loads(cells)), problem)
                    for _, line, cells, problem in staged
                ]
                yield OrderRows(first, rows)
        finally:
            database.close()

    def _kept(self, row: Row) -> str:
        return json.dumps(packed(self._headers, row.cells), ensure_ascii=False)

    def _number(self, row: Row) -> str:
        return clean(unguard(row.cells.get(self._header, ""))) or f"\n{row.line}"
