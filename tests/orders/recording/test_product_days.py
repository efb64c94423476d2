"""What was sold of each product per day, kept with the receipts (PRODUCT S3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.invariants import broken_invariants
from orders.correcting import refund_order, void_order
from orders.events import OrderEventLine
from orders.figures import gross_by_rate, net_cents
from orders.models import ProductDay
from orders.recording import complete_order, record_order, record_orders
from orders.truth import rebuild_product_days, stored_product_days, true_product_days
from tests.orders.factories import make_event

MENU = (
    OrderEventLine("Menü", 2, 1_500, 600, Decimal("7"), second_tax_rate=Decimal("19"), second_tax_pct=30),
    OrderEventLine("Wein", 3, 650, None, Decimal("19")),
)


@pytest.fixture
def record(organisation, location):
    def record(**fields):
        event = make_event(location, **{"lines": MENU} | fields)
        return record_order(organisation=organisation, event=event).order

    return record


def sums(name):
    row = ProductDay.objects.get(product__name=name)
    return row.quantity, row.value_cents, row.costed_quantity, row.cost_cents


def is_clean(organisation):
    return stored_product_days(organisation) == true_product_days(organisation) and not list(
        broken_invariants(organisation)
    )


def test_a_receipt_counts_its_products(organisation, record):
    record()
    record(minutes=5)
    assert sums("Menü") == (4, 6_000, 4, 2_400)
    assert sums("Wein") == (6, 3_900, 0, 0)
    assert is_clean(organisation)


def test_an_open_order_counts_when_it_is_completed(organisation, record):
    order = record(status="open")
    assert not ProductDay.objects.exists()
    complete_order(order)
    assert sums("Menü") == (2, 3_000, 2, 1_200)
    assert is_clean(organisation)


def test_refunds_and_voids_follow(organisation, record):
    order = record()
    lines = {line.name: line.pk for line in order.lines.all()}
    refund_order(order, quantities={lines["Menü"]: 1, lines["Wein"]: 1}, reason="x")
    assert sums("Menü") == (1, 1_500, 1, 600)
    refund_order(order, amount_cents=100, reason="x")  # belongs to no product
    assert sums("Wein") == (2, 1_300, 0, 0)
    assert is_clean(organisation)
    void_order(order, reason="x")
    assert sums("Menü") == sums("Wein") == (0, 0, 0, 0)
    assert is_clean(organisation)


def test_many_at_once_count_like_one_by_one(organisation, location):
    record_orders(organisation, [make_event(location, minutes=60 * 9 * n, lines=MENU) for n in range(20)])
    assert is_clean(organisation)


def test_they_are_made_anew_from_the_receipts(organisation, record):
    record()
    ProductDay.objects.update(quantity=99)
    rebuild_product_days(organisation)
    assert is_clean(organisation)


@given(st.integers(0, 10**9), st.decimals(0, 30, places=2), st.decimals(0, 30, places=2), st.integers(1, 99))
def test_the_parts_of_an_amount_add_up_and_bear_their_tax(gross, rate, second_rate, pct):
    parts = gross_by_rate(gross, rate, second_rate, pct)
    assert sum(cents for cents, _ in parts) == gross
    assert all(cents >= 0 for cents, _ in parts)
    assert 0 <= net_cents(gross, rate, second_rate, pct) <= gross
    assert net_cents(gross, None) == gross
