"""Many people book the same table in one moment. PostgreSQL only: SQLite lets one writer in at a time."""

import pytest
from django.db import connection

from customers.invariants import broken_invariants
from customers.models import Customer
from orders.models import Reservation, TableSlot
from orders.reservations import TableTaken, book, move
from orders.reservations.arriving import Full, take_reservation
from orders.reservations.booking import Origin, change
from orders.reservations.states import WrongState
from tests.customers.records.test_matching_races import in_parallel
from tests.orders.factories import make_reservation, make_table, make_wish

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 20
HELD_ONCE = next(one for one in TableSlot._meta.constraints if one.name == "table_slot_held_once")


@pytest.fixture
def table(location):
    return make_table(location)


@pytest.fixture
def without_the_constraint():
    with connection.schema_editor() as editor:
        editor.remove_constraint(TableSlot, HELD_ONCE)
    yield
    Reservation.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(TableSlot, HELD_ONCE)


def everybody_books(location, table) -> list:
    def booking(number):
        wish = make_wish(table_id=table.pk, phone=f"+491713920{number:04}")
        return lambda: attempt(
            lambda: book(organisation=location.organisation, location=location, wish=wish, actor=None)
        )

    return in_parallel(*map(booking, range(PEOPLE)))


def attempt(call):
    try:
        return call()
    except (TableTaken, WrongState) as refused:
        return refused


def test_without_the_constraint_several_get_the_table(location, table, without_the_constraint):
    everybody_books(location, table)
    assert Reservation.objects.count() > 1


def test_of_twenty_one_gets_the_table(organisation, location, table):
    results = everybody_books(location, table)
    assert sum(isinstance(one, Reservation) for one in results) == 1
    assert sum(isinstance(one, TableTaken) for one in results) == PEOPLE - 1
    assert (Reservation.objects.count(), Customer.objects.count()) == (1, 1)
    assert not list(broken_invariants(organisation))


def test_two_who_swap_tables_never_wait_crosswise(organisation, location, table):
    other = make_table(location)
    first, second = make_reservation(location, table=table), make_reservation(location, table=other)

    def moving(reservation, to):
        wish = make_wish(table_id=to.pk)
        return lambda: attempt(lambda: change(reservation, wish=wish, actor=None))

    for _ in range(5):
        results = in_parallel(moving(first, other), moving(second, table))
        assert all(isinstance(one, TableTaken) for one in results)
    assert not list(broken_invariants(organisation))


def test_one_of_two_presses_counts(location, table):
    reservation = make_reservation(location, table=table)

    def pressing(state):
        return lambda: attempt(lambda: move(reservation, state, seen="confirmed", actor=None))

    results = in_parallel(pressing("seated"), pressing("cancelled"), pressing("no_show"))
    assert sum(isinstance(one, Reservation) for one in results) == 1


def brought(organisation, location, number):
    wish, origin = make_wish(phone="+491713920012"), Origin("web", number, "f")

    def bring():
        try:
            return take_reservation(organisation=organisation, location=location, wish=wish, origin=origin)
        except Full as full:
            return full

    return bring


def test_one_that_a_program_sends_several_times_at_once_is_booked_once(organisation, location):
    make_table(location), make_table(location)

    results = in_parallel(*[brought(organisation, location, "R1")] * 6)

    assert sorted(result.created for result in results) == [False] * 5 + [True]
    assert Reservation.objects.count() == 1


def test_programs_at_once_get_each_table_once(organisation, location):
    for _table in range(3):
        make_table(location)

    results = in_parallel(*[brought(organisation, location, f"R{number}") for number in range(8)])

    assert sum(isinstance(result, Full) for result in results) == 5
    assert Reservation.objects.values("table").distinct().count() == 3
