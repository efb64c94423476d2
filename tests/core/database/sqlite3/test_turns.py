"""Those who want to write take turns: nobody is overtaken, and nobody waits for ever."""

import time
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from backoffice.core.database.sqlite3.base import Turns
from backoffice.staff.models import Organisation

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")


def test_turns_come_in_the_order_of_asking():
    turns, order = Turns(), []
    assert turns.take("first", 1)

    def wait(name):
        assert turns.take(name, 5)
        order.append(name)
        turns.end(name)

    waiting = []
    for name in "abcdef":
        waiting.append(Thread(target=wait, args=[name]))
        waiting[-1].start()
        time.sleep(0.02)
    turns.end("first")
    for thread in waiting:
        thread.join()
    assert order == list("abcdef")


def test_who_waits_too_long_gives_up_and_holds_nobody_up():
    turns = Turns()
    turns.take("first", 1)
    assert not turns.take("second", 0.05)
    turns.end("first")
    assert turns.take("third", 0.05)


def test_the_end_of_somebody_else_ends_nothing():
    turns = Turns()
    turns.take("first", 1)
    turns.end("second")
    assert not turns.take("third", 0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["commit", "rollback", "error", "close"])
def test_each_end_of_a_transaction_lets_the_next_one_write(ending, monkeypatch):
    """While the thread that wrote is still there and keeps its connection, as those of a server do."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 3)
    has_ended, may_go = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                end_as(ending)
        except Exception:
            assert ending in ("error", "close")
        has_ended.set()
        may_go.wait(10)
        connection.close()

    thread = Thread(target=write)
    thread.start()
    assert has_ended.wait(10)
    try:
        with transaction.atomic():
            Organisation.objects.create(name="y", slug="y")
    finally:
        may_go.set()
        thread.join()
    assert Organisation.objects.filter(slug="y").exists()


def end_as(ending: str) -> None:
    Organisation.objects.create(name="x", slug="x")
    if ending == "rollback":
        transaction.set_rollback(True)
    if ending == "error":
        raise OperationalError("away")
    if ending == "close":
        connection.close()
        raise OperationalError("closed")
