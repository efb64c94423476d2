"""Who is coming: what the sheet says, what it never says, and what it costs."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from orders.events import OrderEventLine
from orders.reservations import move
from tests.factories import make_customer, make_order
from tests.orders.factories import make_reservation, make_table

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 12)
NOW = datetime(2026, 11, 12, 18, 20, tzinfo=BERLIN)
SHEET = "/reservations/today/"


@pytest.fixture(autouse=True)
def _evening():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(sign_in, staff, location):
    return sign_in(staff)


def text(client, **data) -> str:
    page = client.get(SHEET, data).content.decode()
    return " ".join(page.partition("<main")[2].split())


def regular(organisation, **fields):
    customer = make_customer(organisation, **fields)
    for days in (8, 16, 24, 32):
        lines = (OrderEventLine("Forelle Müllerin", 1, 1_900),)
        make_order(customer, placed_at=NOW - timedelta(days=days), lines=lines)
    return customer


def test_a_party_stands_with_what_the_team_should_know(client, organisation, location):
    greta = regular(organisation, first_name="Greta", last_name="Granatapfel")
    table = make_table(location, name="4")
    make_reservation(location, greta, table=table, day=TODAY, party=2, note="Always table 4")
    page = text(client)
    for told in ("19:00", "2 people, Table 4", "Greta Granatapfel", 'data-degree="3"', "4 visits"):
        assert told in page
    assert "<dt>Mostly:</dt> <dd>Forelle Müllerin</dd>" in page
    assert "<dt>Note:</dt> <dd>Always table 4</dd>" in page
    assert "on time" not in page
    assert "1 reservation, 2 people, 0 open orders. As of 18:20." in page


def test_no_contact_data_stands_on_it(client, organisation, location):
    nameless = make_customer(organisation, first_name="", last_name="", email="secret@example.org")
    make_reservation(location, nameless, day=TODAY)
    make_reservation(location, regular(organisation, email="greta@example.org"), day=TODAY)
    wish = {"name": "Herr Okafor", "phone": "", "day": TODAY}
    make_reservation(location, **wish)
    page = text(client)
    assert "@example.org" not in page
    assert "+49" not in page
    assert "tel:" not in page
    assert f"Customer K-{nameless.pk}" in page
    assert "Herr Okafor" in page


def test_open_orders_of_today_stand_among_them(client, organisation):
    clara = make_customer(organisation, first_name="Clara", last_name="Cardamom")
    order = {"status": "open", "service_type": "pickup"}
    make_order(clara, placed_at=NOW - timedelta(hours=1), promised_at=NOW + timedelta(minutes=5), **order)
    make_order(clara, placed_at=NOW - timedelta(days=1), **order)
    make_order(clara, placed_at=NOW - timedelta(hours=2))
    page = text(client)
    assert page.count("Clara Cardamom") == 1
    assert "18:25" in page
    assert "Pickup" in page
    assert "1 open order." in page


@pytest.mark.parametrize("state", ["cancelled", "no_show"])
def test_who_does_not_come_is_left_out(client, location, state):
    gone = make_reservation(location, day=TODAY, name="Gone Party")
    move(gone, state, seen="confirmed", actor=None)
    assert "Gone Party" not in text(client)
    assert "Nobody is expected" in text(client)


@pytest.mark.parametrize(
    ("part", "names"), [("lunch", ["Noon"]), ("evening", ["Night"]), ("all", ["Noon", "Night"]), ("x", [])]
)
def test_lunch_evening_and_the_whole_day(client, location, part, names):
    make_reservation(location, day=TODAY, at="12:00", name="Noon Party")
    make_reservation(location, day=TODAY, at="20:00", name="Night Party")
    page = text(client, part=part)
    assert all(name in page for name in names)
    assert part in ("all", "x") or page.count(" Party") == len(names)


@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_costs_the_same_for_any_number(
    client, organisation, location, count, django_assert_num_queries
):
    for _ in range(count):
        make_reservation(location, regular(organisation), table=make_table(location), day=TODAY)
        make_order(regular(organisation), placed_at=NOW, status="open")
    client.get(SHEET)

    with django_assert_num_queries(8):
        response = client.get(SHEET)

    assert len(response.context["arrivals"]) == 2 * count
