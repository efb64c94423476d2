"""The same order in the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import DatabaseError, IntegrityError

from backoffice.core.database.bulk import insert_rows
from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from customers.records import matching
from orders.correcting import void_order
from orders.locks import WrongStatus
from orders.models import Order
from orders.recording import record_order, writing
from orders.recording.bulk import record_orders
from tests.customers.records.test_matching_races import in_parallel
from tests.orders.factories import make_event, make_programme, make_stranger_event

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TILLS = 5


@pytest.fixture
def customer(organisation, location):
    make_programme(organisation)
    record_order(organisation=organisation, event=make_event(location))
    return Customer.objects.get()


def meeting(monkeypatch, module, name):
    """Let all tills do one step before any of them goes on, as far as locks allow it."""
    barrier, step = Barrier(TILLS), getattr(module, name)

    def step_and_wait(*args, **options):
        result = step(*args, **options)
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=0.7)
        return result

    monkeypatch.setattr(module, name, step_and_wait)


def insert_without_asking(model, names, rows):
    insert_rows(model, names, rows)
    return {row[0] for row in rows}


def test_without_the_guard_the_same_order_collides(organisation, location, customer, monkeypatch):
    meeting(monkeypatch, writing, "_stored_answers")
    monkeypatch.setattr(writing, "insert_missing_rows", insert_without_asking)
    event = make_event(location)

    results = in_parallel(*[lambda: record_order(organisation=organisation, event=event)] * TILLS)

    assert sum(isinstance(result, IntegrityError) for result in results) == TILLS - 1


def test_the_same_order_from_five_tills_is_one(organisation, location, customer, monkeypatch):
    meeting(monkeypatch, writing, "_stored_answers")
    event = make_event(location)

    results = in_parallel(*[lambda: record_order(organisation=organisation, event=event)] * TILLS)

    assert sorted(result.created for result in results) == [False] * 4 + [True]
    assert len({result.order.pk for result in results}) == 1
    assert CustomerStats.objects.get().receipts_count == 2
    assert not list(broken_invariants(organisation))


def different_orders(organisation, location) -> list:
    events = [make_event(location) for _ in range(TILLS)]
    return in_parallel(
        *(lambda event=event: record_order(organisation=organisation, event=event) for event in events)
    )


def test_without_the_customers_lock_receipts_are_lost(organisation, location, customer, monkeypatch):
    meeting(monkeypatch, writing, "count_recorded")
    everybody = Customer.objects.of(organisation).only(*matching._READ)
    monkeypatch.setattr(matching, "_customers", lambda organisation, keys: everybody)

    different_orders(organisation, location)

    assert Order.objects.count() == 6
    assert CustomerStats.objects.get().receipts_count < 6


def test_five_orders_of_one_customer_all_count(organisation, location, customer, monkeypatch):
    meeting(monkeypatch, writing, "count_recorded")

    different_orders(organisation, location)

    assert CustomerStats.objects.get().receipts_count == 6
    assert not list(broken_invariants(organisation))


def test_an_import_and_tills_agree_about_the_same_orders(organisation, location):
    make_programme(organisation)
    events = [make_event(location, phone=f"+49302312{n % 7:05}", minutes=n) for n in range(400)]

    def one_by_one(chosen):
        return lambda: [record_order(organisation=organisation, event=event) for event in chosen]

    results = in_parallel(
        lambda: record_orders(organisation, events),
        lambda: record_orders(organisation, events[::-1]),
        one_by_one(events[:60]),
        one_by_one(events[60:0:-1]),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert (Order.objects.count(), Customer.objects.count()) == (400, 7)
    assert not list(broken_invariants(organisation))


@pytest.fixture
def insert_in_halves(monkeypatch):
    """Let two imports store the first half of their orders before either goes on."""
    barrier, insert = Barrier(2), writing.insert_missing_rows

    def insert_halves(model, names, rows):
        middle = len(rows) // 2
        first = insert(model, names, rows[:middle])
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=0.7)
        return first | insert(model, names, rows[middle:])

    monkeypatch.setattr(writing, "insert_missing_rows", insert_halves)


def crossing_imports(organisation, location) -> list:
    events = [make_stranger_event(location, external_id=f"S{n}") for n in range(40)]
    return in_parallel(
        lambda: record_orders(organisation, events), lambda: record_orders(organisation, events[::-1])
    )


def test_without_the_lock_imports_wait_for_each_other_crosswise(
    organisation, location, insert_in_halves, monkeypatch
):
    monkeypatch.setattr(writing, "hold_customer_creation", lambda organisation: None)
    results = crossing_imports(organisation, location)
    assert any(isinstance(result, DatabaseError) for result in results)


def test_crossing_imports_of_strangers_record_each_order_once(organisation, location, insert_in_halves):
    results = crossing_imports(organisation, location)
    assert sorted(result.recorded for result in results) == [0, 40]


def test_one_of_two_voids_wins(organisation, location, customer):
    order = Order.objects.get()

    def void():
        try:
            return void_order(order, reason="x")
        except WrongStatus:
            return None

    results = in_parallel(void, void)

    assert sum(result is not None for result in results) == 1
    assert not list(broken_invariants(organisation))
