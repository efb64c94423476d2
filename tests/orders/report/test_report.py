"""The receipt report: what it lists, its totals, its pages (PRODUCT S1)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from orders.correcting import move_order, refund_order, void_order
from orders.recording import record_order
from tests.factories import make_customer, make_location, make_order
from tests.orders.factories import make_delivery, make_stranger_event

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
        response = client.get(f"{reverse('orders:report')}?{query}")
        assert response.status_code == 200
        return response.context

    return report


def numbers(context) -> list[str]:
    return re.findall('class="row-link num" href="[^"]*">([^<]*)</a>', context["page"].rows)


def loyalty_in(row: str) -> tuple[int | None, str]:
    """Whose the receipt is, and the word of their degree."""
    link = re.search(r'href="/customers/(\d+)/"', row)
    degree = re.search(r'who-line">.*?</svg>\s*(\w+)', row, re.DOTALL)
    return link and int(link[1]), degree[1] if degree else ""


def tile_values(context) -> list[str]:
    return [tile.value for tile in context["figures"].tiles]


def test_totals_are_those_of_receipts_that_count(anna, report):
    make_order(anna, cents=3_000, tip_cents=200, placed_at=NOON)
    part = make_order(anna, cents=2_000, placed_at=NOON)
    refund_order(part, amount_cents=500, reason="cold")
    void_order(make_order(anna, cents=9_900, placed_at=NOON), reason="wrong table")
    make_order(anna, cents=7_700, placed_at=NOON, status="open")

    context = report()

    assert len(numbers(context)) == 3  # the voided one stays listed, the open one is no receipt
    assert tile_values(context)[:4] == ["2", "€45.00", "€2.00", "€22.50"]


def test_filters_and_totals_follow_each_other_from_receipts_and_from_figures(anna, location, report):
    """What the figures per day know and what is read from the receipts must say the same."""
    make_order(anna, cents=3_000, placed_at=NOON, source="web")
    make_order(anna, cents=1_000, placed_at=NOON, source="store", tip_cents=100)
    from_figures, from_receipts = report("source=web"), report("source=web&known=yes")
    assert tile_values(from_figures)[:2] == tile_values(from_receipts)[:2] == ["1", "€30.00"]
    assert len(numbers(report("total_min=20"))) == 1
    assert len(numbers(report("total_max=10"))) == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("period=today", 1),
        ("period=yesterday", 1),
        ("period=week", 2),
        ("period=month", 3),
        ("period=last-month", 1),
        ("period=all", 4),
        ("from=2026-03-01&to=2026-03-09", 2),
        ("to=2026-02-28", 1),
    ],
)
def test_a_period_is_days_of_the_house(anna, report, query, count):
    for days in (0, 1, 5, 20):
        make_order(anna, placed_at=NOON - timedelta(days=days))
    assert len(numbers(report(query))) == count


@pytest.mark.parametrize(
    ("zone", "placed", "day"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "2026-03-29"),  # the night clocks change
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25"),  # 02:30 comes twice
        ("America/Los_Angeles", datetime(2026, 3, 10, 5, 0, tzinfo=UTC), "2026-03-09"),
        ("Pacific/Auckland", datetime(2026, 3, 10, 13, 0, tzinfo=UTC), "2026-03-11"),
    ],
)
def test_a_day_is_that_of_the_receipts_own_location(organisation, report, zone, placed, day):
    place = make_location(organisation, name="Far", timezone=zone)
    record_order(organisation=organisation, event=make_stranger_event(place, placed_at=placed))
    assert len(numbers(report(f"from={day}&to={day}"))) == 1
    assert tile_values(report(f"from={day}&to={day}"))[0] == "1"


def test_late_is_after_the_promise_and_the_share_names_its_base(anna, report):
    promise = NOON + timedelta(minutes=30)
    for minutes in (0, 1):
        make_order(
            anna,
            placed_at=NOON,
            service_type="delivery",
            promised_at=promise,
            delivered_at=promise + timedelta(minutes=minutes),
        )
    context = report()
    assert tile_values(context)[4] == "50.0%"
    assert context["figures"].tiles[4].foot == "1 of 2 deliveries"
    assert len(numbers(report("delivery=late"))) == len(numbers(report("delivery=on_time"))) == 1


def test_with_and_without_customer(organisation, location, anna, report):
    mine = make_order(anna, placed_at=NOON)
    other = record_order(organisation=organisation, event=make_stranger_event(location, placed_at=NOON)).order
    assert numbers(report("known=yes")) == [mine.external_id]
    assert numbers(report("known=no")) == [other.external_id]
    assert numbers(report(f"customer={anna.pk}")) == [mine.external_id]


@pytest.mark.parametrize("query", ["amsel", "Anna Am"])
def test_search_finds_number_or_customer_in_all_time(anna, report, query):
    old = make_order(anna, placed_at=NOON - timedelta(days=700))
    assert numbers(report(f"q={query}")) == numbers(report(f"q={old.external_id}")) == [old.external_id]


def test_the_first_page_is_one_press_away_and_keeps_the_filter(anna, sign_in, staff, monkeypatch):
    monkeypatch.setattr("orders.report.rows.PER_PAGE", 1)
    orders = [make_order(anna, placed_at=NOON - timedelta(minutes=n)) for n in range(3)]
    client = sign_in(staff)
    here = f"{reverse('orders:report')}?period=today"
    second = client.get(f"{here}&after={client.get(here).context['page'].after}")
    first = re.search(r'href="([^"]*)">First</a>', second.content.decode())[1].replace("&amp;", "&")

    response = client.get(urljoin(here, first))
    assert numbers(response.context) == [orders[0].external_id]
    assert "period=today" in first


SORTS = ["placed", "customer", "location", "service", "source", "status", "tip", "total"]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_of_every_sort_follow_without_gap_forth_and_back(anna, report, sort, monkeypatch):
    monkeypatch.setattr("orders.report.rows.PER_PAGE", 3)
    for n in range(7):
        make_order(anna, cents=1_000 + n % 3, tip_cents=n % 2, placed_at=NOON - timedelta(minutes=n))
    first = report(f"sort={sort}")
    second = report(f"sort={sort}&after={first['page'].after}")
    third = report(f"sort={sort}&after={second['page'].after}")
    shown = numbers(first) + numbers(second) + numbers(third)
    assert len(shown) == len(set(shown)) == 7
    assert not third["page"].after
    assert numbers(report(f"sort={sort}&before={third['page'].before}")) == numbers(second)


@pytest.mark.parametrize(
    "query",
    [
        "period=nonsense",
        "from=yesterday",
        "from=2026-03-05&to=2026-03-01",
        "from=9999-12-31",
        "source=x",
        "total_min=much",
        "customer=99999999999",
        "location=1%00",
    ],
)
def test_what_cannot_be_read_is_named_and_not_used(anna, report, query):
    make_order(anna, placed_at=NOON)
    context = report(query)
    assert context["state"].errors
    assert len(numbers(context)) == 1


def test_a_search_that_finds_nobody_has_totals_of_nothing(anna, report):
    make_order(anna, placed_at=NOON)
    context = report("q=zzzz")
    assert (numbers(context), tile_values(context)[0]) == ([], "0")


def test_a_name_stands_in_its_row_as_it_is(organisation, location, report):
    make_order(
        make_customer(organisation, location=location, first_name="{tip}", last_name="<b>%s"), placed_at=NOON
    )
    assert ">{tip} &lt;b&gt;%s</a>" in report()["page"].rows


def test_totals_of_very_many_say_that_they_are_not_all(anna, report, monkeypatch):
    monkeypatch.setattr("orders.report.totals.COUNTED", 2)
    for _ in range(3):
        make_order(anna, cents=1_000, placed_at=NOON)
    assert not report()["figures"].capped  # the figures per day know
    context = report("known=yes")
    assert context["figures"].capped and tile_values(context)[0] == "2"


def test_change_is_against_the_same_days_of_the_month_before(anna, report):
    make_order(anna, cents=1_000, placed_at=NOON - timedelta(days=28))  # 10 February
    make_order(anna, cents=9_000, placed_at=NOON - timedelta(days=12))  # 26 February: not yet
    make_order(anna, cents=2_000, placed_at=NOON)
    tile = report()["figures"].tiles[1]
    assert tile.change == ("100.0%", 1)
    assert report("period=all")["figures"].tiles[1].change is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_costs_the_same_for_any_number_of_rows(
    anna, sign_in, staff, count, django_assert_num_queries
):
    for _ in range(count):
        make_order(anna, placed_at=NOON)
    client = sign_in(staff)
    client.get("/orders/")
    with django_assert_num_queries(5):
        client.get("/orders/")
    with django_assert_num_queries(6):
        client.get("/orders/?known=yes")  # with totals that are not kept yet, and one counted


def test_figures_that_are_kept_follow_every_write(organisation, location, anna, report):
    other = make_customer(organisation, location=location)
    receipt = make_order(anna, cents=2_000, placed_at=NOON)
    of_anna = f"customer={anna.pk}"
    assert tile_values(report())[:2] == tile_values(report(of_anna))[:2] == ["1", "€20.00"]
    refund_order(receipt, amount_cents=500, reason="cold")
    assert tile_values(report())[1] == tile_values(report(of_anna))[1] == "€15.00"
    move_order(receipt, customer=other)
    assert tile_values(report(of_anna))[0] == "0"
    assert tile_values(report("known=yes"))[0] == "1"


def test_a_receipt_says_how_loyal_its_customer_is(organisation, location, anna, report):
    for days in range(9):
        make_order(anna, placed_at=NOON - timedelta(days=days))
    once = make_customer(organisation, location=location)
    make_order(once, placed_at=NOON)
    record_order(organisation=organisation, event=make_stranger_event(location, placed_at=NOON))
    degrees = dict(loyalty_in(row) for row in report()["page"].rows.split("</tr>")[:-1])
    assert degrees == {anna.pk: "Regular", once.pk: "New", None: ""}


def test_the_share_of_late_deliveries_stands_beside_the_revenue(anna, report):
    """The same from the figures per day and from the receipts."""
    make_order(anna, placed_at=NOON)
    assert report()["late"] is None
    for days, late in ((0, 4), (0, 0), (1, 0)):
        make_delivery(anna, placed_at=NOON - timedelta(days=days), took=30 + late)
    for query in ("", "known=yes"):
        bars = {bar.label: bar.value_text for bar in report(query)["late"].chart.bars}
        assert bars["Tue, 10 Mar 2026"] == "50.0%"
        assert bars["Mon, 9 Mar 2026"] == "0.0%"
        assert bars["Sun, 8 Mar 2026"] == "no deliveries"


def test_nothing_of_another_house(other_organisation, report, anna):
    make_order(make_customer(other_organisation, location=make_location(other_organisation)), placed_at=NOON)
    assert numbers(report("period=all")) == []
    assert tile_values(report("period=all"))[0] == "0"
