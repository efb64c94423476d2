"""The journal of SQLite gives its room back, and makes nobody wait."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from backoffice.core.database.tidying import shrink_journal
from tests.factories import make_customer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has this journal"),
]


@pytest.fixture
def journal() -> Path:
    return Path(f"{connection.settings_dict['NAME']}-wal")


def test_the_journal_goes_into_the_database_every_hour(organisation, location, journal, settings):
    make_customer(organisation, notes="n" * 2000)
    assert journal.stat().st_size > 0

    shrink_journal()

    assert journal.stat().st_size == 0
    assert "backoffice.core.database.tidying.shrink_journal" in settings.PERIODIC_TASKS


def test_who_reads_for_long_is_not_waited_for(organisation, location, journal):
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM customers_customer").fetchone()
        make_customer(organisation)
        start = time.monotonic()
        shrink_journal()

    assert time.monotonic() - start < 2
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000


def test_a_journal_that_grew_is_cut_when_it_begins_anew(journal):
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_size_limit").fetchone()[0] == 64 * 1024 * 1024
