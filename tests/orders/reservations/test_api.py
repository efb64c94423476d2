"""Reservations over HTTP: booked once at a free table, or refused (TRUST I6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.staff.models import ClosedDays
from customers.models import Customer
from orders.models import Reservation, TableSlot
from orders.reservations.booking import change
from tests.api.till import wrong_places
from tests.factories import make_location
from tests.orders.factories import make_table, make_wish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]
TOMORROW = make_wish().starts_at
PARTY = {
    "starts_at": TOMORROW.isoformat(),
    "party_size": 4,
    "name": "Nora Nelke",
    "phone": "0171 3920087",
    "email": "nora@example.org",
    "note": "By the window",
    "source": "web",
    "external_id": "R-7",
}
TOKEN = {"Idempotency-Key": "r1"}


@pytest.fixture
def table(location):
    return make_table(location, name="12")


def test_a_reservation_is_booked_with_its_customer(till, table):
    response = till().post("/reservations", PARTY)

    assert response.status_code == 201
    reservation = Reservation.objects.get()
    assert (reservation.table, reservation.party, reservation.minutes) == (table, 4, 120)
    assert (reservation.state, reservation.note) == ("confirmed", "By the window")
    customer = reservation.customer
    assert (customer.phone, customer.email) == ("+491713920087", "nora@example.org")
    assert response.json()["id"] == reservation.pk


def test_the_smallest_free_table_is_chosen(till, location, table):
    small, _large = make_table(location, seats=2), make_table(location, seats=8)

    till().post("/reservations", PARTY | {"party_size": 2})

    assert Reservation.objects.get().table == small


def test_without_a_free_table_it_is_full(till, table):
    till().post("/reservations", PARTY)

    response = till().post("/reservations", PARTY | {"external_id": "R-8"})

    assert (response.status_code, response.json()["code"]) == (409, "full")
    assert Reservation.objects.count() == 1


def test_a_party_that_no_table_seats_is_refused(till, table):
    assert till().post("/reservations", PARTY | {"party_size": 5}).json()["code"] == "full"


def test_a_table_that_was_named_is_taken_or_free(till, location, table):
    make_table(location, name="13")
    till().post("/reservations", PARTY | {"table": "12"})

    taken = till().post("/reservations", PARTY | {"table": "12", "external_id": "R-8"})

    assert taken.json()["code"] == "full"
    assert till().post("/reservations", PARTY | {"table": "13", "external_id": "R-8"}).status_code == 201


def test_a_location_without_tables_takes_everybody(till):
    assert till().post("/reservations", PARTY).status_code == 201
    assert not TableSlot.objects.exists()


def test_sent_again_it_gets_the_first_answer_whatever_became_of_it(till, table, location):
    first = till().post("/reservations", PARTY)
    change(Reservation.objects.get(), wish=make_wish(at="20:00", party=2), actor=None)

    again = till().post("/reservations", PARTY)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Reservation.objects.count() == 1


def test_another_one_under_its_number_is_a_conflict(till):
    till().post("/reservations", PARTY)

    response = till().post("/reservations", PARTY | {"party_size": 3})

    assert (response.status_code, response.json()["code"]) == (409, "conflict")


def test_a_token_books_once(till, table):
    without = PARTY | {"external_id": ""}
    first = till().post("/reservations", without, **TOKEN)

    again = till().post("/reservations", without, **TOKEN)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert till().post("/reservations", PARTY, **TOKEN).status_code == 409


def test_with_the_module_off_the_name_stays_on_the_reservation(till, organisation):
    organisation.collects_customers = False
    organisation.save()

    till().post("/reservations", PARTY)

    assert Reservation.objects.get().name == "Nora Nelke"
    assert not Customer.objects.exists()


WRONG = {
    "no name": ({"name": " "}, "name"),
    "nobody": ({"party_size": 0}, "party_size"),
    "people as text": ({"party_size": "4"}, "party_size"),
    "seven past": ({"starts_at": (TOMORROW + timedelta(minutes=7)).isoformat()}, "starts_at"),
    "yesterday": ({"starts_at": (TOMORROW - timedelta(days=2)).isoformat()}, "starts_at"),
    "in three years": ({"starts_at": (TOMORROW + timedelta(days=1_100)).isoformat()}, "starts_at"),
    "twenty minutes": ({"minutes": 20}, "minutes"),
    "no phone": ({"phone": "12"}, "phone"),
    "nothing to know it by": ({"external_id": ""}, "external_id"),
    "no e-mail": ({"email": "nora@"}, "email"),
    "an unknown table": ({"table": "99"}, "table"),
    "an unknown place": ({"location": "Atlantis"}, "location"),
    "another state": ({"state": "seated"}, "state"),
    "an unknown name": ({"customer_id": 1}, "customer_id"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_its_place(till, table, case):
    sent, place = WRONG[case]

    response = till().post("/reservations", PARTY | sent)

    assert (response.status_code, wrong_places(response)) == (422, {f"#/{place}"})
    assert not Reservation.objects.exists()


def test_a_table_of_another_place_is_unknown(till, organisation, location):
    make_table(make_location(organisation, name="Am Kanal"), name="7")

    response = till(at=location).post("/reservations", PARTY | {"table": "7"})

    assert wrong_places(response) == {"#/table"}


def test_while_it_is_closed_nothing_is_booked(till, location):
    day = timezone.localdate(TOMORROW, location.tz)
    ClosedDays.objects.create(location=location, first_on=day, last_on=day)

    response = till().post("/reservations", PARTY)

    assert response.json()["errors"][0]["code"] == "closed"
    assert not Reservation.objects.exists()


def test_booking_needs_its_scope(till):
    assert till("orders:write").post("/reservations", PARTY).status_code == 403
