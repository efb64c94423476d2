"""Which row of a file first meant a customer: by phone, by e-mail, for any number of rows."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Seen(NamedTuple):
    """The customer a key belongs to (`customer_id`, or minus the line that would create one), the
    first row that meant this customer, and how it called them."""

    identity: int
    line: int
    name: str = ""


class LineIndex:
    """Phones and e-mails of the rows so far as hashes, with names; on disk and not in memory.

    Without a `path` it vanishes with the object. One `in_the_making` is written faster, and of no use
    when that is interrupted: whoever makes it begins with an empty one.
    """

    def __init__(self, path: Path | None = None, *, in_the_making: bool = False):
        self._db = sqlite3.connect(path or "", isolation_level=None)
        self._db.execute(f"PRAGMA journal_mode={'DELETE' if path and not in_the_making else 'OFF'}")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS people"
            " (key INTEGER PRIMARY KEY, identity INTEGER NOT NULL, line INTEGER NOT NULL, name TEXT NOT NULL)"
        )

    def find(self, keys: Iterable[int]) -> dict[int, Seen]:
        wanted = list(keys)
        if not wanted:
            return {}
        places = ", ".join("?" * len(wanted))
        rows = self._db.execute(
            f"SELECT * FROM people WHERE key IN ({places})",  # noqa: S608
            wanted,
        )
        return {key: Seen(*one) for key, *one in rows}

    def remember(self, seen: dict[int, Seen]) -> None:
        """Add keys; one that is known keeps its first line."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR IGNORE INTO people VALUES (?, ?, ?, ?)", ((key, *one) for key, one in seen.items())
        )
        self._db.execute("COMMIT")

    @property
    def reached(self) -> int:
        """The last line that a run without a check has been through."""
        return self._db.execute("PRAGMA user_version").fetchone()[0]

    @reached.setter
    def reached(self, line: int) -> None:
        self._db.execute(f"PRAGMA user_version = {line:d}")

    def forget_line(self, line: int) -> None:
        """Let a row that is corrected mean somebody else."""
        self._db.execute("DELETE FROM people WHERE line = ?", [line])

    def close(self) -> None:
        self._db.close()
