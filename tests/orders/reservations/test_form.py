"""Adding and changing in the browser: what is asked, warned about and refused in words."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from backoffice.staff.opening_hours import add_closed_days, set_hours
from customers.models import Customer
from orders.models import Reservation
from tests.factories import make_customer, make_location
from tests.orders.factories import make_reservation, make_table

BERLIN = ZoneInfo("Europe/Berlin")
NEW = "/reservations/new/"
GOOD = {
    **{"name": "Nora Nelke", "phone": "0171 3920012", "day": "2026-11-20", "at": "19:30", "party": "4"},
    **{"minutes": "120", "table": "", "area": "", "state": "confirmed", "note": "At the window"},
}


@pytest.fixture(autouse=True)
def _autumn():
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=BERLIN), tick=False):
        yield


@pytest.fixture
def client(sign_in, staff, location):
    return sign_in(staff)


def send(client, address=NEW, **fields):
    return client.post(address, GOOD | fields)


def refused(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    assert not Reservation.objects.exists()
    return dict(response.context["form"].errors)


def test_a_reservation_is_added(client, location):
    response = send(client)
    assert response.url == f"/reservations/?location={location.pk}&date=2026-11-20"
    one = Reservation.objects.get()
    assert one.starts_at == datetime(2026, 11, 20, 19, 30, tzinfo=BERLIN)
    assert (one.party, one.minutes, one.state, one.note) == (4, 120, "confirmed", "At the window")
    assert one.customer.phone == "+491713920012"
    assert "The reservation of Nora Nelke is saved." in client.get(response.url).content.decode()


def test_as_a_dialog_it_leads_to_the_day_and_shows_faults_in_place(client):
    bad = client.post(NEW, GOOD | {"at": "19:07"}, headers={"HX-Request": "true"})
    assert bad.status_code == 422
    assert b'<dialog class="dialog" id="dialog"' in bad.content
    good = client.post(NEW, GOOD, headers={"HX-Request": "true"})
    assert good["HX-Redirect"].endswith("date=2026-11-20")


@pytest.mark.parametrize(
    ("fields", "name", "told"),
    [
        ({"name": "", "phone": ""}, "name", "Say who comes."),
        ({"phone": "12"}, "phone", "Digits are missing"),
        ({"day": "9999-12-31"}, "day", "two years ahead"),
        ({"day": "0001-01-01"}, "day", "two years ahead"),
        ({"day": "x"}, "day", "valid date"),
        ({"at": "19:07"}, "at", "quarters of an hour"),
        ({"at": "25:00"}, "at", "valid time"),
        ({"day": "2027-03-28", "at": "02:30"}, "at", "this time does not exist"),
        ({"party": "0"}, "party", "greater than or equal to 1"),
        ({"party": "9" * 400}, "party", "less than or equal to 500"),
        ({"minutes": "50"}, "minutes", "valid choice"),
        ({"table": "999999999"}, "table", "valid choice"),
        ({"customer": "999999999"}, "customer", "valid choice"),
        ({"note": "a\x00b"}, "note", "Null characters"),
        ({"note": "x" * 10_000}, "note", "at most 500"),
        ({"name": "x" * 10_000}, "name", "at most 160"),
        ({"state": "seated"}, "state", "valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(client, fields, name, told):
    assert told in " ".join(refused(send(client, **fields))[name])


def test_a_time_that_exists_twice_takes_the_first(client):
    send(client, day="2026-10-25", at="02:30")
    assert Reservation.objects.get().starts_at.utcoffset().total_seconds() == 0
    assert Reservation.objects.get().starts_at.hour == 0


def test_a_location_in_another_zone_has_its_own_clock(client, organisation):
    far = make_location(organisation, timezone="America/New_York")
    send(client, f"{NEW}?location={far.pk}")
    one = Reservation.objects.get()
    assert (one.location, one.starts_on) == (far, date(2026, 11, 20))
    assert one.starts_at == datetime(2026, 11, 20, 19, 30, tzinfo=ZoneInfo("America/New_York"))


def test_a_taken_table_names_the_free_ones(client, location):
    table, other = make_table(location, name="4"), make_table(location, name="7")
    send(client, table=table.pk)
    response = send(client, table=table.pk, at="20:00")
    assert "This table is taken at this time. Free: 7." in response.content.decode()
    send(client, table=other.pk, at="20:00")
    last = send(client, table=table.pk, at="20:00")
    assert "and so are all others" in last.content.decode()
    assert Reservation.objects.count() == 2


def test_a_party_beyond_the_seats_is_warned_and_saved(client, location):
    response = send(client, table=make_table(location, name="4", seats=2).pk)
    assert "Table 4 has 2 seats for 4 people." in client.get(response.url).content.decode()
    assert Reservation.objects.exists()


def test_outside_the_hours_it_is_asked_and_can_be_meant(client, location, admin):
    set_hours(location, {day: [(time(11), time(15))] for day in range(7)}, actor=admin)
    response = send(client)
    assert "outside the opening hours of the day (11:00–15:00)" in str(refused(response)["book_anyway"])
    assert "Book anyway" in response.content.decode()
    send(client, book_anyway="on")
    assert Reservation.objects.get().is_booked_anyway


def test_on_a_closed_day_the_reason_is_told(client, location, admin):
    day = date(2026, 11, 20)
    add_closed_days(location, first_on=day, last_on=day, reason="Wedding", actor=admin)
    assert "closed on this day: Wedding" in str(refused(send(client))["book_anyway"])


def test_a_chosen_customer_needs_no_name(client, organisation):
    known = make_customer(organisation)
    send(client, customer=known.pk, name="", phone="")
    assert Reservation.objects.get().customer == known
    assert Customer.objects.count() == 1


def test_customers_of_others_cannot_be_chosen(client, other_organisation):
    make_location(other_organisation)
    foreign = make_customer(other_organisation)
    assert refused(send(client, customer=foreign.pk))["customer"]


def test_typing_offers_who_may_be_meant(client, organisation):
    known = make_customer(organisation, first_name="Greta", last_name="Granatapfel", phone="+4917139200055")
    make_customer(organisation, first_name="Greta", last_name="Inactive", is_active=False)

    def offered(**typed):
        return client.get(reverse("orders:reservation-customers"), typed).content.decode()

    assert f'value="{known.pk}"' in offered(name="granat")
    assert f'value="{known.pk}"' in offered(phone="0171 39200055")
    assert "Inactive" not in offered(name="Greta")
    assert (
        offered(name="g").strip() == offered(name="zzzz").strip() == offered(name="a\x00" * 99).strip() == ""
    )


def test_with_the_module_off_nobody_is_offered(client, organisation):
    make_customer(organisation, first_name="Greta")
    organisation.collects_customers = False
    organisation.save()
    assert (
        "Greta" not in client.get(reverse("orders:reservation-customers"), {"name": "greta"}).content.decode()
    )


def test_a_reservation_is_changed_and_keeps_its_customer(client, organisation, location):
    known = make_customer(organisation)
    one = make_reservation(location, known, day=date(2026, 11, 20), at="19:30")
    address = reverse("orders:reservation-edit", args=[one.pk])
    page = client.get(address).context["form"]
    assert (page["at"].value(), page["party"].value(), page["customer"].value()) == ("19:30", 4, known.pk)
    send(client, address, customer=known.pk, name="", phone="", party="7", seen=page["seen"].value())
    one.refresh_from_db()
    assert (one.party, one.customer) == (7, known)


def test_somebody_elses_change_is_not_overwritten(client, location):
    one = make_reservation(location, day=date(2026, 11, 20))
    address = reverse("orders:reservation-edit", args=[one.pk])
    response = send(client, address, party="7", seen="2026-01-01T00:00:00+00:00")
    assert response.status_code == 422
    assert "Somebody else changed this reservation" in response.content.decode()
    one.refresh_from_db()
    assert one.party == 4


def test_a_customer_comes_along_from_the_profile(client, organisation):
    known = make_customer(organisation)
    page = client.get(NEW, {"customer": known.pk}).content.decode()
    assert f'value="{known.pk}"' in page
    assert client.get(NEW, {"customer": "9" * 400}).status_code == 200
