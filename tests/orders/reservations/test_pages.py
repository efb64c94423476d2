"""The day, the week, what is pressed in them, and bookings in conflict."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from backoffice.staff.opening_hours import add_closed_days, set_hours
from orders.models import Reservation, TableSlot
from orders.reservations import move
from tests.factories import make_customer, make_location, make_order
from tests.orders.factories import make_reservation, make_table

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 12)
LIST = "/reservations/"


@pytest.fixture(autouse=True)
def _evening():
    with time_machine.travel(datetime(2026, 11, 12, 18, 20, tzinfo=BERLIN), tick=False):
        yield


@pytest.fixture
def client(sign_in, staff, location):
    return sign_in(staff)


def text(client, address=LIST, **data) -> str:
    page = client.get(address, data).content.decode()
    return " ".join(page.partition("<main")[2].split())


def press(client, reservation, step, **fields):
    return client.post(reverse("orders:reservation-state", args=[reservation.pk]), {"move": step} | fields)


@pytest.mark.parametrize("count", [1, 3])
def test_the_day_costs_the_same_for_any_number_of_rows(
    client, organisation, location, count, django_assert_num_queries
):
    for _ in range(count):
        customer = make_customer(organisation)
        make_order(customer)
        make_reservation(location, customer, day=TODAY, table=make_table(location))
    client.get(LIST)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.context["rows"]) == count


def test_the_day_stands_by_lunch_and_evening(client, location):
    make_reservation(location, day=TODAY, at="12:30", party=3, name="Lunch Party")
    make_reservation(location, day=TODAY, at="19:00", party=4, name="Dinner Party")
    gone = make_reservation(location, day=TODAY, at="20:00", party=9, name="Gone Party")
    move(gone, "cancelled", seen="confirmed", actor=None)
    make_reservation(location, day=TODAY + timedelta(days=1), party=5)
    page = text(client)
    assert "Lunch <small>1 reservation, 3 people</small>" in page
    assert "Evening <small>1 reservation, 4 people</small>" in page
    assert "Gone Party" in page
    assert 'Day <span class="num">2</span>' in page
    assert "12 November 2026, 7 people" in page
    assert "13 November 2026, 5 people" in page


def test_another_day_and_another_location(client, organisation, location):
    other = make_location(organisation, name="Am Kanal")
    make_reservation(other, day=date(2026, 11, 20), name="Far Party")
    assert "Far Party" not in text(client, date="2026-11-20")
    assert "Far Party" in text(client, date="2026-11-20", location=other.pk)


@pytest.mark.parametrize("wrong", ["x", "9999-12-31", "0001-01-01", "2026-02-30", "\x00", "1" * 400])
def test_a_day_that_is_none_is_today(client, location, wrong):
    make_reservation(location, day=TODAY, name="Here Party")
    assert "Here Party" in text(client, date=wrong, location=wrong)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Łukasz", "Brandt"}),
        ({"q": "lukasz"}, {"Łukasz"}),
        ({"q": "0171 39200"}, {"Łukasz"}),
        ({"q": "saal"}, {"Brandt"}),
        ({"state": "seated"}, {"Brandt"}),
        ({"area": "Saal"}, {"Brandt"}),
        ({"area": "-"}, {"Łukasz"}),
        ({"degree": "1"}, {"Łukasz"}),
        ({"q": "a\x00b" * 99}, set()),
    ],
)
def test_search_and_filters(client, organisation, location, query, found):
    known = make_customer(organisation, first_name="Łukasz", last_name="Nowak", phone="+4917139200077")
    make_order(known, placed_at=datetime(2026, 10, 1, 12, tzinfo=BERLIN))
    make_reservation(location, known, day=TODAY)
    table = make_table(location, area="Saal")
    sits = make_reservation(location, table=table, day=TODAY, name="Brandt")
    move(sits, "seated", seen="confirmed", actor=None)
    page = client.get(LIST, query, headers={"HX-Request": "true"}).content.decode()
    assert {name for name in ("Łukasz", "Brandt") if name in page} == found


def test_degree_rhythm_and_no_shows_stand_in_the_row(client, organisation, location):
    customer = make_customer(organisation)
    for days in (23, 37, 51, 65):
        make_order(customer, placed_at=datetime(2026, 11, 12, 12, tzinfo=BERLIN) - timedelta(days=days))
    missed = make_reservation(location, customer, day=TODAY - timedelta(days=3))
    move(missed, "no_show", seen="confirmed", actor=None)
    make_reservation(location, customer, day=TODAY)
    page = text(client)
    assert 'data-degree="3"' in page
    assert "overdue" in page
    assert "usually every 14, now 23 days" in page
    assert "did not come once" in page


def test_came_is_asked_a_quarter_of_an_hour_after_the_time(client, location):
    make_reservation(location, day=TODAY, at="18:15", name="Not Yet")
    assert "Came?" not in text(client)
    late = make_reservation(location, day=TODAY, at="18:00", name="Late Party")
    page = text(client)
    assert page.count("Came?") == 1
    press(client, late, "confirmed:seated")
    assert "Came?" not in text(client)


def test_a_party_too_large_for_its_table_is_told(client, location):
    make_reservation(location, table=make_table(location, seats=2), day=TODAY, party=6)
    assert "2 seats" in text(client)


def test_a_press_changes_the_state_and_can_be_undone(client, location):
    one = make_reservation(location, table=make_table(location), day=TODAY, name="Nora Nelke")
    assert press(client, one, "confirmed:cancelled").status_code == 302
    assert not TableSlot.objects.exists()
    page = client.get(LIST).content.decode()
    assert "The reservation of Nora Nelke is called off." in page
    assert 'name="move" value="cancelled:confirmed"' in page
    press(client, one, "cancelled:confirmed", undo="1")
    one.refresh_from_db()
    assert (one.state, one.slots.count()) == ("confirmed", 8)


@pytest.mark.parametrize(
    "step", ["", "confirmed", "confirmed:gone", "seated:done", "confirmed:done", "a\x00:b"]
)
def test_a_press_that_fits_nothing_changes_nothing(client, location, step):
    one = make_reservation(location, day=TODAY)
    assert press(client, one, step, next="//evil.example/").url == LIST
    one.refresh_from_db()
    assert one.state == "confirmed"


def test_an_undo_may_come_too_late(client, location):
    table = make_table(location)
    one = make_reservation(location, table=table, day=TODAY)
    press(client, one, "confirmed:cancelled")
    make_reservation(location, table=table, day=TODAY)
    press(client, one, "cancelled:confirmed")
    assert "Somebody else has this table by now." in client.get(LIST).content.decode()


def test_without_a_location_the_page_says_so(client, outsider):
    client.force_login(outsider)
    assert "No location yet" in text(client)
    assert "No location yet" in text(client, "/reservations/today/")


def test_bookings_in_conflict_are_listed_with_the_reason(client, location, admin):
    evening = make_reservation(location, day=TODAY + timedelta(days=1), name="Party One")
    make_reservation(location, day=TODAY + timedelta(days=1), at="12:00", name="Party Two")
    called_off = make_reservation(location, day=TODAY + timedelta(days=1), name="Party Three")
    move(called_off, "cancelled", seen="confirmed", actor=None)
    page = text(client, conflicts=1)
    assert "No booking in conflict" in page
    lunch = (datetime(2026, 1, 1, 11).time(), datetime(2026, 1, 1, 15).time())
    set_hours(location, {day: [lunch] for day in range(7)}, actor=admin)
    page = text(client, conflicts=1)
    assert "Party One" in page
    assert "outside the opening hours of the day (11:00–15:00)" in page
    assert "Party Two" not in page
    assert "Party Three" not in page
    day = evening.starts_on
    add_closed_days(location, first_on=day, last_on=day, reason="Wedding", actor=admin)
    assert text(client, conflicts=1).count("The location is closed on this day: Wedding.") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_conflicts_cost_the_same_for_any_number(
    client, organisation, location, admin, count, django_assert_num_queries
):
    for _ in range(count):
        make_reservation(location, make_customer(organisation), day=TODAY + timedelta(days=1))
    day = TODAY + timedelta(days=1)
    add_closed_days(location, first_on=day, last_on=day, reason="", actor=admin)
    client.get(LIST)

    with django_assert_num_queries(6):
        response = client.get(LIST, {"conflicts": "1"})

    assert len(response.context["rows"]) == count


def test_other_organisations_see_nothing(client, outsider, other_organisation, location):
    make_location(other_organisation)
    one = make_reservation(location, day=TODAY, name="Secret Party")
    client.force_login(outsider)
    assert "Secret Party" not in text(client)
    assert press(client, one, "confirmed:seated").status_code == 404
    assert Reservation.objects.get().state == "confirmed"
