"""A database of the bench's own, beside the real one and never in it."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection


@contextmanager
def own_place(customers: int, *, rows: int, keep: bool) -> Iterator[dict[str, str]]:
    """Yield the environment of a process that works in the bench's own database; drop that at the end.

    With `keep` the database stays, and an earlier one is used again.
    """
    folder = Path(settings.VAR_DIR) / "bench"
    folder.mkdir(exist_ok=True)
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    with make(customers, folder, keep) as url:
        yield {
            **os.environ,
            "BENCH_ROWS": str(rows),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "VAR_DIR": str(folder),
            "DEBUG": "false",
            "HTTPS": "false",
            "ALLOWED_HOSTS": "testserver,localhost",
            "BASE_URL": "http://testserver",
            "SECRET_KEY": secrets.token_urlsafe(64),
        }


@contextmanager
def _sqlite(customers: int, folder: Path, keep: bool) -> Iterator[str]:
    path = folder / f"{customers}.sqlite3"
    if not keep:
        _remove(path)
    try:
        yield f"sqlite:///{path}"
    finally:
        if not keep:
            _remove(path)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _postgresql(customers: int, folder: Path, keep: bool) -> Iterator[str]:
    name = f"stammgast_bench_{customers}"
    with connection.cursor() as cursor:
        if not keep:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {name}")
    try:
        parts = urlsplit(os.environ["DATABASE_URL"])
        query = f"?{parts.query}" if parts.query else ""
        yield f"{parts.scheme}://{parts.netloc}/{name}{query}"
    finally:
        if not keep:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
