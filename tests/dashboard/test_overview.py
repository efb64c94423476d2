"""The first page of the day: each part for those who may see its page, at the same cost for any number."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from customers.models import DailyFigures
from orders.models import ConnectedSource
from tests.factories import make_customer, make_order
from tests.orders.factories import make_reservation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 12, 18, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _thursday_evening(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def overview(sign_in):
    def overview(user):
        page = sign_in(user).get("/")
        assert page.status_code == 200
        return page.context["overview"], page.content.decode()

    return overview


def section(overview, name):
    """Its lines and what stands beside its title; None when it is not there."""
    return next(((one.items, one.side) for one in overview.sections if one.name == name), None)


def receipts(location, day, count, cents, **more):
    return DailyFigures.objects.create(
        organisation=location.organisation,
        location=location,
        source="web",
        day=day,
        month=0,
        receipts=count,
        revenue_cents=cents,
        **more,
    )


def opened(customer, **fields):
    return make_order(customer, status="open", placed_at=NOW - timedelta(minutes=30), **fields)


def test_today_stands_beside_the_same_weekday_a_week_ago(overview, staff, location):
    receipts(location, date(2026, 11, 12), 10, 25_000, deliveries=4, late=1)
    receipts(location, date(2026, 11, 11), 99, 99_900)
    receipts(location, date(2026, 11, 5), 8, 20_000)
    found, _text = overview(staff)
    told = [(one.value, one.change, one.small, one.foot) for one in found.tiles]
    assert told == [
        ("€250.00", ("25.0%", 1), "", ""),
        ("10", ("25.0%", 1), "", ""),
        ("€25.00", ("0.0%", 0), "", ""),
        ("75.0%", None, "3 of 4", "1 late"),
    ]


def test_a_day_without_anything_is_told_so(overview, admin, location):
    found, text = overview(admin)
    assert [one.value for one in found.tiles] == ["€0.00", "0", "–", "–"]
    for sentence in ("No order is open.", "Nobody has booked for today.", "Nothing waits for you."):
        assert sentence in text


def test_a_silent_source_is_named_to_those_who_connect_sources(overview, admin, staff, location):
    shop = {"organisation": location.organisation, "location": location, "kind": "shopify", "source": "web"}
    silent = {"last_event_at": NOW - timedelta(hours=5), "alarmed_at": NOW}
    ConnectedSource.objects.create(name="Shop", slug="shop", **silent, **shop)
    ConnectedSource.objects.create(name="Till", slug="till", last_event_at=NOW, **shop)
    ConnectedSource.objects.create(name="Kiosk", slug="kiosk", is_on=False, **silent, **shop)
    found, text = overview(admin)
    assert [one.title for one in section(found, "to-do")[0]] == ["Shop is silent"]
    assert reverse("orders:sources") in text
    assert "silent" not in overview(staff)[1]


@pytest.mark.parametrize("today", [date(2026, 12, 29), date(2028, 2, 26)])
def test_birthdays_of_seven_days_are_told_across_the_turn(overview, staff, location, time_machine, today):
    time_machine.move_to(datetime(today.year, today.month, today.day, 12, tzinfo=UTC))
    for number in range(-1, 9):
        day = today + timedelta(days=number)
        make_customer(location.organisation, first_name=f"in {number}", birthday=day.replace(year=1988))
    found, _text = overview(staff)
    shown, _side = section(found, "birthdays")
    assert [one.title.split()[1] for one in shown] == ["0", "1", "2", "3", "4", "5"]
    assert shown[0].text == f"today, turns {today.year - 1988}"


def test_a_leap_day_is_kept_a_day_before_in_other_years(overview, staff, location, time_machine):
    make_customer(location.organisation, first_name="Leap", birthday=date(1988, 2, 29))
    for today, told in (("2026-02-28", "today, turns 38"), ("2028-02-28", "29 February, turns 40")):
        time_machine.move_to(datetime.fromisoformat(f"{today}T12:00:00+00:00"))
        (leap,) = section(overview(staff)[0], "birthdays")[0]
        assert leap.text == told


def test_who_comes_and_what_is_open_are_the_next_ones(overview, staff, location):
    for hour in (19, 20, 12):
        make_reservation(location, starts_at=NOW.replace(hour=hour), party=hour)
    opened(make_customer(location.organisation), promised_at=NOW - timedelta(minutes=5))
    found, text = overview(staff)
    shown, side = section(found, "coming")
    assert ([one.lead for one in shown], side) == (["13:20", "20:20", "21:20"], "51 people")
    assert [one.is_late for one in found.running] == [True]
    assert "5 min over time" in text


def test_new_customers_are_counted_by_source(overview, staff, location):
    receipts(location, date(2026, 11, 12), 0, 0, joined=3)
    receipts(location, date(2026, 10, 12), 0, 0, joined=50)
    found, _text = overview(staff)
    told = [(one.label, one.count, one.share, one.width) for one in found.new]
    assert told == [("Website", "3", "100%", 100)]


def test_without_the_customer_module_nothing_of_customers_stands_there(overview, staff, location):
    make_customer(location.organisation, birthday=NOW.date().replace(year=1988))
    location.organisation.collects_customers = False
    location.organisation.save()
    found, text = overview(staff)
    assert (section(found, "birthdays"), found.new) == (None, None)
    assert "Birthdays" not in text


def test_nothing_of_another_organisation_stands_there(overview, outsider, location):
    receipts(location, NOW.date(), 5, 5_000, joined=5)
    opened(make_customer(location.organisation, birthday=NOW.date().replace(year=1988)))
    make_reservation(location, starts_at=NOW)
    found, _text = overview(outsider)
    assert (found.tiles[0].value, found.running, found.new) == ("€0.00", [], [])
    assert not any(one.items for one in found.sections)


@pytest.mark.parametrize("count", [1, 5])
def test_it_costs_the_same_for_any_number(sign_in, admin, location, count, django_assert_num_queries):
    for number in range(count):
        customer = make_customer(location.organisation, birthday=NOW.date().replace(year=1988))
        receipts(location, NOW.date() - timedelta(days=number), 5, 5_000)
        opened(customer)
        make_reservation(location, starts_at=NOW + timedelta(minutes=15 * number))
    client = sign_in(admin)
    client.get("/")
    with django_assert_num_queries(9):
        client.get("/")


def test_regulars_whose_own_rhythm_is_over_are_named(overview, staff, location):
    def every_20_days(name, *, last, visits=4):
        customer = make_customer(location.organisation, first_name=name)
        for number in range(visits):
            make_order(customer, placed_at=NOW - timedelta(days=last + 20 * number))

    every_20_days("Late", last=35)
    every_20_days("Later", last=45)
    every_20_days("Here", last=5)
    every_20_days("Lost", last=90)
    every_20_days("Rare", last=35, visits=3)
    shown, _side = section(overview(staff)[0], "late")
    assert [one.title.split()[0] for one in shown] == ["Later", "Late"]
    assert shown[1].text == "15 days late, usually every 20"
