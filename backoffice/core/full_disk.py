"""A disk without room, whoever noticed: a file, SQLite or PostgreSQL."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DISK_FULL = "53100"  # PostgreSQL, class 53: insufficient resources


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error or what lies behind it says so."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        # a driver's error, by itself or behind Django's
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        if getattr(error, "sqlstate", None) == _DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def whole_or_absent(path: Path) -> Iterator[None]:
    """Around writing a file: what finds no room takes none. Other ends leave it, for a worker that lost its
    lease would take the file of the next one away."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error):
            path.unlink(missing_ok=True)
        raise
