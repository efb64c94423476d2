"""Deliveries by own drivers: what is listed, what is on time, medians, groups (PRODUCT S5)."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from backoffice.audit.models import ExportRun
from orders.correcting import void_order
from orders.models import Fulfilment
from tests.factories import make_customer, make_location
from tests.orders.factories import make_delivery, make_driver

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOON + timedelta(hours=8))


@pytest.fixture
def anna(organisation, location):
    return make_customer(organisation, first_name="Anna", last_name="Amsel", location=location)


@pytest.fixture
def report(sign_in, staff):
    client = sign_in(staff)

    def report(query=""):
        response = client.get(f"{reverse('orders:deliveries')}?{query}")
        assert response.status_code == 200
        return response.context

    return report


@pytest.fixture
def deliver(anna):
    """At noon, promised after half an hour, so many minutes later than that."""

    def deliver(late_minutes, **fields):
        fields = {"placed_at": NOON, "promised": 30, "took": 30 + late_minutes} | fields
        return make_delivery(anna, **fields)

    return deliver


def numbers(context) -> list[str]:
    return [row.number for row in context["page"].rows]


def tiles(context) -> dict[str, tuple]:
    return {tile.label: (tile.value, tile.foot) for tile in context["tiles"]}


def group(context, name) -> list[tuple]:
    found = [one for one in context["groups"] if one.name == name]
    return [(row.label, row.count, row.share, row.median) for one in found for row in one.rows]


def test_exactly_at_the_promise_is_on_time_and_a_second_later_late(deliver, report):
    deliver(0)
    deliver(1 / 60)
    shown = tiles(report())
    assert shown["On time"] == ("50.0%", "1 of 2 deliveries")
    assert shown["Late ones, median"][0] == "1 min late"


@pytest.mark.parametrize(
    ("delays", "of_all", "of_late"),
    [
        ([-9, -3, 5], "3 min early", "5 min late"),
        ([-4, 2, 6, 20], "4 min late", "6 min late"),
        ([-10, -2], "6 min early", "–"),
        ([-4, 4], "to the minute", "4 min late"),
        ([], "–", "–"),
    ],
)
def test_medians_of_odd_even_and_no_numbers(deliver, report, delays, of_all, of_late):
    for minutes in delays:
        deliver(minutes)
    shown = tiles(report())
    assert (shown["All, median"][0], shown["Late ones, median"][0]) == (of_all, of_late)


def test_open_ones_are_under_way_and_in_no_share(deliver, organisation, report):
    deliver(0)
    deliver(0, took=None)
    deliver(0, took=None, driver=make_driver(organisation))
    context = report()
    assert tiles(context)["Deliveries"][0] == "3"
    assert tiles(context)["Under way now"] == ("2", "1 with a driver")
    assert tiles(context)["On time"] == ("100.0%", "1 of 1 deliveries")
    assert [row.look.word for row in context["page"].rows] == ["On the way", "New", "to the minute"]


def test_what_a_till_calls_delivered_but_open_is_under_way_still(deliver, report, sign_in, manager):
    deliver(9, status="open")
    assert tiles(report())["Under way now"][0] == "1"
    assert tiles(report())["On time"] == ("–", "no deliveries")
    content = b"".join(sign_in(manager).get("/deliveries/export.csv").streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(content)))
    assert (row["delay_minutes"], row["delivery"]) == ("", "open")


def test_a_delivery_without_promise_is_listed_and_in_no_share(deliver, report):
    deliver(0, promised=None, took=90)
    context = report()
    assert len(numbers(context)) == 1
    assert context["page"].rows[0].look is None
    assert tiles(context)["On time"] == ("–", "no deliveries")
    assert context["groups"] == []


def test_voided_and_other_orders_count_nowhere(deliver, report):
    void_order(deliver(20), reason="wrong street")
    deliver(20, service_type="partner_delivery")
    context = report()
    assert numbers(context) == []
    assert tiles(context)["Deliveries"][0] == "0"


def test_drivers_have_their_own_share_and_filter(deliver, organisation, report):
    emre, lukas = make_driver(organisation, name="Emre"), make_driver(organisation, name="Lukas")
    first, second, third = deliver(5, driver=emre), deliver(-5, driver=lukas), deliver(9)
    assert group(report(), "driver") == [
        ("Emre", "1", "100.0%", "5 min late"),
        ("Lukas", "1", "0.0%", "5 min early"),
        ("without driver", "1", "100.0%", "9 min late"),
    ]
    assert numbers(report(f"driver={emre.pk}")) == [first.external_id]
    assert numbers(report("driver=none")) == [third.external_id]
    assert numbers(report(f"driver=none&driver={lukas.pk}")) == [third.external_id, second.external_id]


def test_an_order_on_its_way_to_nobody_yet_is_without_driver(deliver, report, organisation):
    make_driver(organisation)
    order = deliver(0)
    Fulfilment.objects.create(order=order)
    assert numbers(report("driver=none")) == [order.external_id]


def test_filters_by_punctuality(deliver, report):
    late, in_time, open_one = deliver(1), deliver(0), deliver(0, took=None)
    assert numbers(report("delivery=late")) == [late.external_id]
    assert numbers(report("delivery=on_time")) == [in_time.external_id]
    assert numbers(report("delivery=under_way")) == [open_one.external_id]


@pytest.mark.parametrize(
    ("zone", "placed", "hour"),
    [
        ("Europe/Berlin", datetime(2025, 3, 30, 0, 40, tzinfo=UTC), "03–04\u00a0h"),  # 02:10 does not exist
        ("Europe/Berlin", datetime(2025, 10, 26, 0, 40, tzinfo=UTC), "02–03\u00a0h"),  # comes twice
        ("America/Los_Angeles", datetime(2026, 3, 10, 2, 0, tzinfo=UTC), "19–20\u00a0h"),
    ],
)
def test_the_hour_is_that_of_the_promise_at_the_location(
    organisation, report, zone, placed, hour, time_machine
):
    time_machine.move_to(placed + timedelta(hours=4))
    far = make_location(organisation, name="Far", timezone=zone)
    make_delivery(make_customer(organisation, location=far), placed_at=placed, took=31)
    context = report("period=all")
    assert group(context, "hour") == [(hour, "1", "100.0%", "1 min late")]
    assert context["page"].rows[0].promised[-5:] == f"{hour[:2]}:{placed + timedelta(minutes=30):%M}"


def test_a_day_is_that_of_the_location(organisation, report):
    far = make_location(organisation, name="Far", timezone="Pacific/Auckland")
    order = make_delivery(make_customer(organisation, location=far), placed_at=NOON + timedelta(hours=1))
    assert numbers(report("from=2026-03-11&to=2026-03-11")) == [order.external_id]
    assert numbers(report("from=2026-03-10&to=2026-03-10")) == []


def test_by_location_where_there_are_several(deliver, organisation, location, report):
    deliver(3)
    assert group(report(), "location") == []
    canal = make_location(organisation, name="Canal")
    make_delivery(make_customer(organisation, location=canal), placed_at=NOON, took=20)
    assert [row[0] for row in group(report(), "location")] == ["Altstadt", "Canal"]
    assert len(numbers(report(f"location={canal.pk}"))) == 1


def test_the_chart_says_each_days_share(deliver, report):
    deliver(4)
    deliver(0)
    deliver(0, placed_at=NOON - timedelta(days=1))
    bars = {bar.label: bar.value_text for bar in report()["late"].chart.bars}
    assert bars["Tue, 10 Mar 2026"] == "50.0%"
    assert bars["Mon, 9 Mar 2026"] == "0.0%"
    assert bars["Sun, 8 Mar 2026"] == "no deliveries"


def test_nothing_late_is_no_chart(deliver, report):
    deliver(0)
    deliver(-9, placed_at=NOON - timedelta(days=1))
    assert report()["late"] is None


def test_a_long_period_is_told_by_month(deliver, report):
    for days in (0, 1, 70):
        deliver(4 if days else 0, placed_at=NOON - timedelta(days=days))
    shown = report("period=all")["late"]
    assert [bar.value_text for bar in shown.chart.bars] == ["100.0%", *["no deliveries"] * 2, "50.0%"]
    assert shown.title == "Delivered late by month"


def test_figures_of_very_many_say_that_they_are_not_all(deliver, report, monkeypatch):
    for module in ("figures", "pages.report"):
        monkeypatch.setattr(f"orders.deliveries.{module}.COUNTED", 2)
    deliver(0), deliver(0)
    assert not report()["capped"]
    deliver(0)
    assert report()["capped"] == "2"
    assert tiles(report())["Deliveries"][0] == "2"


def test_pages_follow_without_gap_forth_and_back(deliver, report, monkeypatch):
    monkeypatch.setattr("orders.deliveries.rows.PER_PAGE", 2)
    for minutes in (0, 0, 0, 1, 1):
        deliver(0, placed_at=NOON - timedelta(minutes=minutes))
    first = report()
    second = report(f"after={first['page'].after}")
    third = report(f"after={second['page'].after}")
    shown = numbers(first) + numbers(second) + numbers(third)
    assert len(shown) == len(set(shown)) == 5
    assert not first["page"].before and not third["page"].after
    assert numbers(report(f"before={third['page'].before}")) == numbers(second)
    assert numbers(report("after=nonsense")) == numbers(first)


@pytest.mark.parametrize("query", ["period=x", "from=2026-13-01", "driver=x", "location=99", "delivery=soon"])
def test_what_cannot_be_read_is_named_and_not_used(deliver, report, query):
    deliver(0)
    context = report(query)
    assert context["state"].errors
    assert len(numbers(context)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(
    deliver, organisation, sign_in, staff, count, django_assert_num_queries
):
    for _ in range(count):
        deliver(3, driver=make_driver(organisation))
    client = sign_in(staff)
    client.get("/deliveries/")
    with django_assert_num_queries(6):
        client.get("/deliveries/")


def test_nothing_of_another_house(other_organisation, report, anna):
    stranger = make_customer(other_organisation, location=make_location(other_organisation))
    driver = make_driver(other_organisation)
    make_delivery(stranger, placed_at=NOON, driver=driver)
    assert numbers(report("period=all")) == []
    assert report(f"driver={driver.pk}")["state"].errors


def test_the_file_holds_what_is_shown_and_is_logged(deliver, organisation, sign_in, manager):
    emre = make_driver(organisation, name="=Emre")
    deliver(-3, driver=emre)
    deliver(0, took=None, driver=emre)
    deliver(7, driver=emre)
    deliver(7)
    response = sign_in(manager).get(f"/deliveries/export.csv?driver={emre.pk}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["driver"], row["delay_minutes"], row["delivery"]) for row in rows] == [
        ("'=Emre", "7", "late"),
        ("'=Emre", "", "open"),
        ("'=Emre", "-3", "on_time"),
    ]
    assert rows[0]["out_at"] and rows[0]["total"] == "20.00"
    run = ExportRun.objects.get()
    assert (run.kind, run.query, run.rows_count) == ("deliveries", f"driver={emre.pk}", 3)


def test_a_filter_that_cannot_be_read_gives_no_file(sign_in, manager, location):
    assert sign_in(manager).get("/deliveries/export.csv?period=x").status_code == 400
