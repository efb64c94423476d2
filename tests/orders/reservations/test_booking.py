"""Booking and changing: who it is for, which table is held, and what refuses it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from backoffice.audit.models import AuditEntry
from customers.choices import Module, Source
from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from orders.models import Reservation, TableSlot
from orders.reservations import TableTaken, book
from orders.reservations.booking import NoSuchTable, StaleReservation, change
from tests.factories import make_customer, make_location
from tests.orders.factories import make_reservation, make_table, make_wish

PHONE = "+4917139200012"


@pytest.fixture
def table(location):
    return make_table(location)


def booked(location, **fields):
    return book(organisation=location.organisation, location=location, wish=make_wish(**fields), actor=None)


def test_a_new_phone_becomes_a_customer_of_reservations(organisation, location):
    reservation = booked(location, name="Nora Nelke", phone=PHONE)
    customer = Customer.objects.get()
    assert reservation.customer == customer
    assert (customer.first_name, customer.last_name, customer.phone) == ("Nora", "Nelke", PHONE)
    assert (customer.source, customer.modules) == (Source.RESERVATION, [Module.RESERVATIONS])
    assert (reservation.name, reservation.phone) == ("", "")
    assert not list(broken_invariants(organisation))


def test_a_known_phone_finds_its_customer_whose_source_stays(organisation, location):
    known = make_customer(organisation, phone=PHONE, source=Source.WEB)
    assert booked(location, phone=PHONE).customer_id == known.pk
    known.refresh_from_db()
    assert (known.source, known.modules) == (Source.WEB, [Module.RESERVATIONS])
    assert Customer.objects.count() == 1


def test_a_chosen_customer_is_marked_and_their_statistics_stay(organisation, location):
    known = make_customer(organisation, stats={"receipts_count": 0})
    before = CustomerStats.objects.filter(pk=known.pk).values().get()
    make_reservation(location, known)
    known.refresh_from_db()
    assert known.modules == [Module.RESERVATIONS]
    assert CustomerStats.objects.filter(pk=known.pk).values().get() == before
    assert not list(broken_invariants(organisation))


def test_a_name_without_phone_stays_on_the_reservation(location):
    assert booked(location, name="Familie Brandt").name == "Familie Brandt"
    assert not Customer.objects.exists()


def test_with_the_module_off_nobody_is_collected(organisation, location):
    organisation.collects_customers = False
    organisation.save()
    reservation = booked(location, name="Nora Nelke", phone=PHONE)
    assert (reservation.name, reservation.phone) == ("Nora Nelke", PHONE)
    assert not Customer.objects.exists()


def test_a_table_is_held_by_the_quarter(location, table):
    reservation = booked(location, table_id=table.pk, minutes=90)
    held = TableSlot.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert [one - reservation.starts_at for one in held] == [timedelta(minutes=15 * n) for n in range(6)]


@pytest.mark.parametrize("at", ["17:15", "19:00", "20:45"])
def test_an_overlap_is_refused_and_nothing_is_written(location, table, at):
    booked(location, table_id=table.pk)
    with pytest.raises(TableTaken):
        booked(location, at=at, table_id=table.pk, phone=PHONE)
    assert (Reservation.objects.count(), Customer.objects.count()) == (1, 0)
    assert AuditEntry.objects.filter(action="reservation.booked").count() == 1


@pytest.mark.parametrize("at", ["17:00", "21:00"])
def test_before_and_behind_is_room(location, table, at):
    booked(location, table_id=table.pk)
    booked(location, at=at, table_id=table.pk)
    assert Reservation.objects.count() == 2


def test_the_database_itself_refuses_a_quarter_twice(location, table):
    slot = booked(location, table_id=table.pk).slots.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        TableSlot.objects.create(table=table, starts_at=slot.starts_at, reservation=slot.reservation)


def test_a_table_of_another_location_is_refused(organisation, location):
    elsewhere = make_table(make_location(organisation))
    with pytest.raises(NoSuchTable):
        booked(location, table_id=elsewhere.pk)
    assert not Reservation.objects.exists()


def test_a_change_moves_what_is_held(location, table, admin):
    other, reservation = make_table(location), make_reservation(location, table=table)
    changed = change(
        reservation, wish=make_wish(at="20:00", table_id=other.pk, minutes=60, party=3), actor=admin
    )
    assert changed == ["minutes", "party", "starts_at", "table"]
    assert set(TableSlot.objects.values_list("table", flat=True)) == {other.pk}
    assert TableSlot.objects.count() == 4
    assert AuditEntry.objects.filter(action="reservation.changed", actor=admin).count() == 1


def test_a_longer_stay_overlaps_only_others(location, table):
    reservation = make_reservation(location, table=table)
    change(reservation, wish=make_wish(table_id=table.pk, minutes=180), actor=None)
    assert TableSlot.objects.count() == 12


def test_a_change_that_is_refused_changes_nothing(location, table):
    booked(location, at="21:00", table_id=table.pk)
    reservation = make_reservation(location, table=table)
    with pytest.raises(TableTaken):
        change(reservation, wish=make_wish(table_id=table.pk, minutes=180, party=9), actor=None)
    reservation.refresh_from_db()
    assert (reservation.party, reservation.slots.count()) == (4, 8)


def test_saving_the_same_again_leaves_no_line(location, table):
    reservation = make_reservation(location, table=table)
    assert change(reservation, wish=make_wish(table_id=table.pk), actor=None) == []
    assert not AuditEntry.objects.filter(action="reservation.changed").exists()


def test_what_somebody_saved_meanwhile_is_not_overwritten(location):
    reservation = make_reservation(location)
    seen = reservation.updated_at.isoformat()
    change(reservation, wish=make_wish(party=6), actor=None, seen=seen)
    with pytest.raises(StaleReservation):
        change(reservation, wish=make_wish(party=2), actor=None, seen=seen)
    assert Reservation.objects.get().party == 6


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"party": 0}, "reservation_party"),
        ({"minutes": 50}, "reservation_minutes_in_quarters"),
        ({"minutes": 0}, "reservation_minutes_in_quarters"),
        ({"state": "gone"}, "reservation_state_known"),
        ({"name": ""}, "reservation_names_somebody"),
        ({"phone": "0171"}, "reservation_phone_is_e164"),
    ],
)
def test_the_database_refuses_what_cannot_be(location, fault, name):
    make_reservation(location)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Reservation.objects.update(**fault)


def test_a_customer_has_the_name_alone(organisation, location):
    make_reservation(location, make_customer(organisation))
    with pytest.raises(IntegrityError, match="reservation_name_once"), transaction.atomic():
        Reservation.objects.update(name="Nora")


@pytest.mark.parametrize("fault", [{"seats": 0}, {"seats": 501}])
def test_a_table_has_seats(table, fault):
    with pytest.raises(IntegrityError, match="dining_table_seats"), transaction.atomic():
        type(table).objects.update(**fault)


def test_a_location_has_a_name_of_a_table_once(location, table):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_table(location, name=table.name)
