"""Revenue by weekday and hour: on the clock of the location, from receipts that count."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from orders.correcting import refund_order, void_order
from orders.recording import record_order
from tests.factories import make_customer, make_location, make_order
from tests.orders.factories import make_stranger_event

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)  # a Tuesday, at noon in Berlin


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOON + timedelta(hours=8))


@pytest.fixture
def anna(organisation, location):
    return make_customer(organisation, first_name="Anna", location=location)


@pytest.fixture
def ask(sign_in, staff):
    client = sign_in(staff)

    def ask(query="period=all", **headers):
        response = client.get(f"{reverse('orders:report-hours')}?{query}", headers=headers)
        assert response.status_code == 200
        return response

    return ask


def table(response) -> dict[str, list[str]]:
    """By hour, from Monday to Sunday; the spaces that do not break as plain ones."""
    hours = response.context["hours"]
    return {hour.replace("\u00a0", " "): amounts for hour, amounts in hours.table} if hours else {}


def test_what_counts_is_summed_by_weekday_and_hour(anna, ask):
    make_order(anna, cents=3_000, placed_at=NOON)
    make_order(anna, cents=2_000, placed_at=NOON - timedelta(days=7))
    part = make_order(anna, cents=2_000, placed_at=NOON + timedelta(hours=2, days=-1))
    refund_order(part, amount_cents=500, reason="cold")
    void_order(make_order(anna, cents=9_900, placed_at=NOON), reason="wrong table")
    make_order(anna, cents=7_700, placed_at=NOON, status="open")

    assert table(ask()) == {
        "12–13 h": ["–", "50", *["–"] * 5],
        "13–14 h": ["–"] * 7,
        "14–15 h": ["15", *["–"] * 6],
    }


@pytest.mark.parametrize(
    ("zone", "placed", "weekday", "hour"),
    [
        ("Europe/Berlin", datetime(2025, 3, 29, 23, 30, tzinfo=UTC), 6, "00–01 h"),
        ("Europe/Berlin", datetime(2025, 3, 30, 1, 30, tzinfo=UTC), 6, "03–04 h"),  # 02:30 does not exist
        ("Europe/Berlin", datetime(2025, 10, 26, 0, 30, tzinfo=UTC), 6, "02–03 h"),  # comes twice
        ("Europe/Berlin", datetime(2025, 10, 26, 1, 30, tzinfo=UTC), 6, "02–03 h"),
        ("America/Los_Angeles", datetime(2026, 3, 10, 5, 0, tzinfo=UTC), 0, "22–23 h"),
        ("Pacific/Auckland", datetime(2026, 3, 10, 13, 0, tzinfo=UTC), 2, "02–03 h"),
    ],
)
def test_an_hour_is_that_of_the_receipts_own_location(
    organisation, location, ask, zone, placed, weekday, hour
):
    place = make_location(organisation, name="Far", timezone=zone)
    event = make_stranger_event(place, placed_at=placed, total_cents=4_200)
    record_order(organisation=organisation, event=event)
    shown = table(ask())
    assert list(shown) == [hour]
    assert [day for day, amount in enumerate(shown[hour]) if amount == "42"] == [weekday]


def test_it_follows_the_filter_of_the_report(anna, ask):
    make_order(anna, cents=3_000, placed_at=NOON, source="web")
    make_order(anna, cents=1_000, placed_at=NOON, source="store")
    assert table(ask("period=all&source=web"))["12–13 h"][1] == "30"
    assert table(ask("period=all&total_max=10"))["12–13 h"][1] == "10"
    assert table(ask("period=yesterday")) == {}
    assert ask("period=x").context["state"].errors


def test_the_darkest_cell_is_the_highest_and_said_in_words(anna, ask):
    make_order(anna, cents=10_000, placed_at=NOON)
    make_order(anna, cents=100, placed_at=NOON + timedelta(hours=1))
    hours = ask().context["hours"]
    levels = {cell.title.split(":")[0].replace("\u00a0", " "): cell.level for cell in hours.heat.cells}
    assert levels["Tue, 12–13 h"] == 5
    assert levels["Tue, 13–14 h"] == 1
    assert levels["Mon, 12–13 h"] == 0
    assert "€100.00, receipts: 1" in hours.highest
    assert hours.highest in hours.description


def test_only_the_newest_are_counted_and_that_is_said(anna, ask, monkeypatch):
    for module in ("hours", "views"):
        monkeypatch.setattr(f"orders.report.{module}.COUNTED", 2)
    for days in range(2):
        make_order(anna, cents=1_000, placed_at=NOON - timedelta(days=days))
    assert not ask().context["capped"]
    make_order(anna, cents=5_000, placed_at=NOON - timedelta(days=7))
    response = ask()
    assert response.context["capped"] == "2"
    assert table(response)["12–13 h"][:2] == ["10", "10"]


def test_the_report_asks_for_it_as_a_part_and_links_to_it_as_a_page(anna, ask, sign_in, staff):
    make_order(anna, placed_at=NOON)
    report = sign_in(staff).get("/orders/?source=store").content.decode()
    assert report.count("/orders/hours/?source=store") == 2  # by itself, and as a link
    assert b"<html" not in ask(**{"HX-Request": "true"}).content
    page = ask().content
    assert b"<html" in page and b'href="/orders/?period=all"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_receipts(anna, sign_in, staff, count, django_assert_num_queries):
    for _ in range(count):
        make_order(anna, placed_at=NOON)
    client = sign_in(staff)
    client.get("/orders/hours/")
    with django_assert_num_queries(4):
        client.get("/orders/hours/", headers={"HX-Request": "true"})


def test_nothing_of_another_house(other_organisation, location, ask):
    make_order(make_customer(other_organisation, location=make_location(other_organisation)), placed_at=NOON)
    assert table(ask()) == {}
