"""Parallel channels meet one customer. PostgreSQL only: SQLite lets one writer in at a time."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, Thread
from time import sleep

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from customers.contacts import follow_columns
from customers.figures.counters import stored_counters
from customers.models import Customer
from customers.records import matching
from customers.records.matching import Contact, find_or_create, match_many
from tests.factories import make_customer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CHANNELS = ("web", "store", "delivery_platform", "reservation", "api")


def in_parallel(*calls) -> list:
    """Run each call in a thread with its own connection; return results or exceptions."""
    results = [None] * len(calls)

    def run(place, call):
        try:
            results[place] = call()
        except DatabaseError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture
def all_look_first(monkeypatch):
    """Let every channel look for the customer before any of them stores it."""
    barrier = Barrier(len(CHANNELS))
    look = matching._Plan.__init__

    def look_and_wait(plan, *args):
        look(plan, *args)
        with suppress(BrokenBarrierError):  # somebody waits for a lock, as it should
            barrier.wait(timeout=0.7)

    monkeypatch.setattr(matching._Plan, "__init__", look_and_wait)


def five_channels(organisation, location) -> list:
    def channel(source):
        return lambda: find_or_create(
            organisation=organisation, location=location, source=source, phone="+4917139200012"
        )

    return in_parallel(*(channel(source) for source in CHANNELS))


def test_without_guards_channels_collide(organisation, location, all_look_first, monkeypatch):
    monkeypatch.setattr(matching, "hold_customer_creation", lambda organisation: None)
    monkeypatch.setattr(matching, "_ATTEMPTS", 1)

    results = five_channels(organisation, location)

    assert sum(isinstance(result, IntegrityError) for result in results) == 4


@pytest.mark.parametrize("is_held", [True, False], ids=["lock held", "unique rule alone"])
def test_five_channels_make_one_customer(organisation, location, all_look_first, monkeypatch, is_held):
    if not is_held:
        monkeypatch.setattr(matching, "hold_customer_creation", lambda organisation: None)

    results = five_channels(organisation, location)

    customer = Customer.objects.get()
    assert {result[0].pk for result in results} == {customer.pk}
    assert sorted(result[1] for result in results) == [False] * 4 + [True]
    assert sum(counted[0] for counted in stored_counters(organisation).values()) == 1


@pytest.fixture
def store_in_halves(monkeypatch):
    """Let two imports store the first half of their customers before either goes on."""
    barrier, store = Barrier(2), matching._store

    def store_halves(plan):
        created, middle = plan.created, len(plan.created) // 2
        plan.created = created[:middle]
        store(plan)
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=0.7)
        plan.created = created[middle:]
        store(plan)
        plan.created = created

    monkeypatch.setattr(matching, "_store", store_halves)


def crossing_imports(organisation, location) -> list:
    contacts = [Contact(location_id=location.pk, source="import", phone=f"+4930231{n:05}") for n in range(40)]

    def importing(chosen):
        return lambda: match_many(organisation=organisation, contacts=chosen)

    return in_parallel(importing(contacts), importing(contacts[::-1]))


def test_without_the_lock_imports_wait_for_each_other_crosswise(
    organisation, location, store_in_halves, monkeypatch
):
    monkeypatch.setattr(matching, "hold_customer_creation", lambda organisation: None)
    monkeypatch.setattr(matching, "_ATTEMPTS", 1)

    results = crossing_imports(organisation, location)

    assert any(isinstance(result, DatabaseError) for result in results)


def test_crossing_imports_make_each_customer_once(organisation, location, store_in_halves):
    results = crossing_imports(organisation, location)

    assert sorted(len(result.created) for result in results) == [0, 40]
    assert Customer.objects.count() == 40


def wait_until_somebody_waits_for_us():
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.rowcount:
                return
        sleep(0.02)


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"first_name": "Otto", "last_name": "Klein"}, True),
        ({"phone": "+4917139200099"}, True),
        ({"email": "otto@example.org", "email_key": "otto@example.org"}, True),
        ({"phone": "+4917139200099", "email": "", "email_key": ""}, False),
    ],
    ids=["name", "phone", "e-mail", "both"],
)
def test_a_customer_who_changes_while_we_wait_counts_as_it_is_then(organisation, location, change, is_same):
    known = {"phone": "+4917139200012", "email": "anna@example.org"}
    customer = make_customer(organisation, location=location, first_name="", last_name="", **known)
    changed = Event()

    def change_slowly():
        with transaction.atomic():
            Customer.objects.filter(pk=customer.pk).update(**change)
            now = Customer.objects.filter(pk=customer.pk)
            follow_columns(organisation, now, origin="web", keeps_old=False)
            changed.set()
            wait_until_somebody_waits_for_us()

    def look():
        changed.wait(timeout=10)
        return find_or_create(organisation=organisation, location=location, source="web", **known)

    _, (found, created) = in_parallel(change_slowly, look)

    assert (found.pk == customer.pk, created) == (is_same, not is_same)
    assert Customer.objects.filter(pk=customer.pk, **change).exists()
    assert Customer.objects.filter(pk=found.pk, **{name: getattr(found, name) for name in change}).exists()
