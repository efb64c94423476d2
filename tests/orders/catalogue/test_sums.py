"""The sums of any period are what its receipts say, and are read along indexes."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.pages.periods import Period
from customers.models import Customer
from orders.catalogue.sums import sums_by_product, sums_of_customer, whole_months
from orders.correcting import refund_order, void_order
from orders.figures import net_cents
from orders.figures.changes import quantities_taken_back
from orders.models import Order
from orders.recording import record_order
from tests.customers.listing.test_plans import explain
from tests.factories import make_location
from tests.orders.factories import make_event
from tests.orders.recording.test_product_days import MENU

DAYS = st.dates(date(2023, 12, 1), date(2025, 1, 31))
PERIODS = [
    Period("all", None, None),
    *(
        Period("own", first and date.fromisoformat(first), last and date.fromisoformat(last))
        for first, last in (
            ("2026-03-10", "2026-06-11"),
            ("2026-03-31", "2026-04-01"),
            ("2026-03-03", "2026-03-29"),
            ("2026-04-01", "2026-05-31"),
            ("2026-03-10", None),
            (None, "2026-05-20"),
            ("2026-09-01", "2026-12-31"),
        )
    ),
]


@pytest.fixture
def elsewhere(organisation):
    return make_location(organisation, name="Hafen")


@pytest.fixture
def receipts(organisation, location, elsewhere):
    """Every third day from 2 March to 27 June, at two places; one open, some voided, of some a part of the
    last line or all of it refunded."""
    events = [
        make_event(
            (location, elsewhere)[n % 2],
            minutes=3 * 24 * 60 * n,
            lines=MENU[n % 3 // 2 :],
            status="open" if n == 7 else "completed",
        )
        for n in range(40)
    ]
    orders = [record_order(organisation=organisation, event=event).order for event in events]
    for order in orders[3::10]:
        void_order(order, reason="wrong")
    for start, quantity in ((4, 2), (9, 3)):
        for order in orders[start::10]:
            refund_order(order, quantities={order.lines.last().pk: quantity}, reason="cold")
    return orders


def said_by_lines(period, locations) -> dict:
    orders = Order.objects.filter(status="completed", placed_on__gte=period.first or date.min)
    orders = orders.filter(placed_on__lte=period.last or date.max)
    if locations is not None:
        orders = orders.filter(location__in=locations)
    taken_back, found = quantities_taken_back(orders), {}
    for order in orders.order_by("placed_on").prefetch_related("lines"):
        for line in order.lines.all():
            left = line.quantity - taken_back.get(line.pk, 0)
            if not left:
                continue
            value, known = left * line.unit_price_cents, line.unit_cost_cents is not None
            net = net_cents(value, line.tax_rate, line.second_tax_rate, line.second_tax_pct)
            cost = left * (line.unit_cost_cents or 0)
            sums = found.get(line.product_id, [0] * 5)
            added = (left, value, known * left, known * net, cost)
            found[line.product_id] = [one + more for one, more in zip(sums[:5], added, strict=True)]
            found[line.product_id].append(order.placed_on)
    return found


def told(products) -> dict:
    return {
        one.product_id: [
            *(one.quantity, one.value_cents, one.costed_quantity, one.costed_net_cents, one.cost_cents),
            one.last_on,
        ]
        for one in products
    }


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period.first}..{period.last}")
def test_any_period_says_what_its_receipts_say(organisation, receipts, elsewhere, period):
    anna = Customer.objects.get()
    for locations in (None, [elsewhere.pk], []):
        expected = said_by_lines(period, locations)
        assert told(sums_by_product(organisation, period, locations=locations)) == expected
        assert told(sums_of_customer(anna, period, locations=locations)) == expected


def test_the_last_day_goes_back_with_a_void(organisation, location):
    for month in (0, 32):
        event = make_event(location, minutes=24 * 60 * month, lines=MENU)
        order = record_order(organisation=organisation, event=event).order
    assert {one.last_on for one in sums_by_product(organisation, PERIODS[0])} == {date(2026, 4, 3)}
    void_order(order, reason="wrong")
    assert {one.last_on for one in sums_by_product(organisation, PERIODS[0])} == {date(2026, 3, 2)}


def test_another_house_is_left_alone(other_organisation, receipts):
    assert sums_by_product(other_organisation, PERIODS[0]) == []


@given(DAYS, DAYS)
def test_months_and_the_days_beside_them_are_the_period(one, other):
    first, end = sorted((one, other))
    begin, stop, beside = whole_months(first, end)
    inside = [begin + timedelta(days=n) for n in range((stop - begin).days)]
    assert sorted(inside + beside) == [first + timedelta(days=n) for n in range((end - first).days)]
    assert begin == stop or begin.day == stop.day == 1
    assert len(beside) <= 60


@pytest.mark.parametrize("period", PERIODS[:2], ids=["all", "own"])
def test_they_are_read_along_indexes(organisation, receipts, period):
    anna = Customer.objects.get()
    with CaptureQueriesContext(connection) as captured:
        sums_by_product(organisation, period)
        sums_of_customer(anna, period)
    assert len(captured) == 2
    plans = [explain(query["sql"]) for query in captured.captured_queries]
    assert "product_day_by_product" in plans[0]
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        # what is summed up may be scanned, no table
        assert set(re.findall(r"SCAN (\w+)", plan)) <= {"sums", "part", "back"}, plan
