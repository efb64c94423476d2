"""Where to read: at the primary, or at the replica that follows it (`REPLICA_URL`).

Only inside `reading_late()`, which `reads_from_replica` puts around views, rows of REPLICA_APPS come from the
replica; sign-in, rights, sessions, jobs and the cache never do. Nothing is written there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections
from django.db.models import QuerySet

from backoffice.databases import REPLICA

AWAY = (OperationalError, InterfaceError)  # also of a query that the replica ends to go on with its replay
RETRY_SECONDS = 5
# The newest commit it has replayed tells how old it is at most: workers write every few seconds.
_IS_CURRENT = (
    "SELECT pg_is_in_recovery() "
    "AND clock_timestamp() - pg_last_xact_replay_timestamp() < %s * interval '1 second'"
)
logger = structlog.get_logger(__name__)
_reads_late: ContextVar[bool] = ContextVar("reads_late", default=False)
_next_try: dict[str, float] = {REPLICA: 0.0}
_NOTHING = object()
Row = TypeVar("Row")


class ReplicaRouter:
    """Writes go to the primary; who has written reads there from then on, and so does a transaction."""

    def db_for_read(self, model, **hints) -> str:
        return _reading_alias() if model._meta.app_label in settings.REPLICA_APPS else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints) -> str:
        _reads_late.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db, app_label, **hints) -> bool:
        return db == DEFAULT_DB_ALIAS


def reading_connection():
    """For plain cursors that read what lists and reports show."""
    return connections[_reading_alias()]


@contextmanager
def reading_late() -> Iterator[None]:
    """Read what may be a moment old from the replica, until something is written."""
    token = _reads_late.set(True)
    try:
        yield
    finally:
        _reads_late.reset(token)


def may_read_late() -> bool:
    """Whether the replica answers and is less than REPLICA_MAX_LAG_SECONDS behind. One query to it."""
    if time.monotonic() < _next_try[REPLICA] or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return False
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_IS_CURRENT, [settings.REPLICA_MAX_LAG_SECONDS])
            return cursor.fetchone()[0] is True
    except (DatabaseError, InterfaceError) as error:
        logger.warning("replica_away", exc_info=error)
        connections[REPLICA].close()
        _next_try[REPLICA] = time.monotonic() + RETRY_SECONDS
        return False


def read_where_asked(queryset: QuerySet, read: Callable[[QuerySet], Iterator[Row]]) -> Iterator[Row]:
    """`read(queryset)` at its time, from where the queryset is read now: a file is written after its view.

    The primary gives the rows when the replica fails before the first one.
    """
    return _read_at_replica(queryset, read) if queryset.db == REPLICA else read(queryset)


def _read_at_replica(queryset: QuerySet, read: Callable[[QuerySet], Iterator[Row]]) -> Iterator[Row]:
    try:
        rows = read(queryset.using(REPLICA))
        first = next(rows, _NOTHING)
    except AWAY as error:
        logger.warning("replica_failed", exc_info=error)
        yield from read(queryset.using(DEFAULT_DB_ALIAS))
        return
    if first is not _NOTHING:
        yield first
        yield from rows


def _reading_alias() -> str:
    is_late = _reads_late.get() and not connections[DEFAULT_DB_ALIAS].in_atomic_block
    return REPLICA if is_late else DEFAULT_DB_ALIAS
