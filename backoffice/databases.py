"""The databases of an installation: its own, perhaps behind a pooler, perhaps with a replica."""

from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from backoffice import env

REPLICA = "replica"
_KEPT_OPEN = {"conn_max_age": 60, "conn_health_checks": True}
_CONNECT_SECONDS = 2  # a page that the replica could answer is answered by the primary after that


def databases(folder: Path, *, pooled: bool) -> dict[str, dict]:
    """DATABASES as the environment names them; without DATABASE_URL a SQLite file in `folder`."""
    default = dj_database_url.config(default=f"sqlite:///{folder / 'stammgast.sqlite3'}", **_KEPT_OPEN)
    if default["ENGINE"].endswith("sqlite3"):
        _refuse_for_sqlite("DATABASE_POOLED", pooled)
        _refuse_for_sqlite("REPLICA_URL", env.text("REPLICA_URL"))
        return {"default": default | {"ENGINE": "backoffice.core.database.sqlite3", "OPTIONS": _SQLITE}}
    if not default["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must name a SQLite or PostgreSQL database.")
    found = {"default": default}
    if url := env.text("REPLICA_URL"):
        found[REPLICA] = _replica(url, pooled=pooled)
    if pooled:
        for database in found.values():
            # core/database/streaming reads by them nevertheless, inside a transaction
            database["DISABLE_SERVER_SIDE_CURSORS"] = True
    return found


def direct(url: str) -> dict[str, str]:
    """Where pg_dump finds the server behind a pooler; empty without a URL."""
    return dj_database_url.parse(url) if url else {}


_SQLITE = {
    # IMMEDIATE: with Django's default most parallel writers fail as locked. See TRUST, Databases.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
    ),
}


def _replica(url: str, *, pooled: bool) -> dict:
    replica = dj_database_url.parse(url, **_KEPT_OPEN)
    if not replica["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("REPLICA_URL must name a PostgreSQL database.")
    options = replica.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", _CONNECT_SECONDS)
    if not pooled:  # a pooler takes no options of a session
        options["options"] = "-c default_transaction_read_only=on"
    replica["TEST"] = {"MIRROR": "default"}
    return replica


def _refuse_for_sqlite(name: str, value) -> None:
    if value:
        raise ImproperlyConfigured(f"{name} is for PostgreSQL: set DATABASE_URL, or leave {name} empty.")
