"""What was sold of each product per day and month, kept with the receipts (PRODUCT S3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.invariants import broken_invariants
from orders.correcting import move_order, refund_order, void_order
from orders.events import OrderEventLine
from orders.figures import gross_by_rate, net_cents
from orders.models import ProductDay, ProductMonth
from orders.recording import complete_order, record_order, record_orders
from orders.truth import rebuild_products
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
    """Of the one day and month on which it was sold."""
    day, month = (model.objects.get(product__name=name) for model in (ProductDay, ProductMonth))
    assert month.month == day.day.replace(day=1)
    both = {(row.quantity, row.value_cents, row.costed_quantity, row.cost_cents) for row in (day, month)}
    (one,) = both
    return one


def is_clean(organisation):
    return not list(broken_invariants(organisation))


def test_a_receipt_counts_its_products(organisation, record):
    record()
    record(minutes=5)
    assert sums("Menü") == (4, 6_000, 4, 2_400)
    assert sums("Wein") == (6, 3_900, 0, 0)
    assert is_clean(organisation)


def test_an_open_order_counts_when_it_is_completed(organisation, record):
    order = record(status="open")
    assert not ProductDay.objects.exists() and not ProductMonth.objects.exists()
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


def test_whose_a_receipt_is_changes_nothing(organisation, record):
    order = record()
    move_order(order, customer=None)
    assert sums("Menü") == (2, 3_000, 2, 1_200)
    assert is_clean(organisation)


def test_many_at_once_count_like_one_by_one(organisation, location):
    # every third day from 2 March to 28 April
    record_orders(organisation, [make_event(location, minutes=60 * 72 * n, lines=MENU) for n in range(20)])
    months = ProductMonth.objects.filter(product__name="Wein").order_by("month")
    assert [(row.month.month, row.quantity) for row in months] == [(3, 30), (4, 30)]
    assert ProductDay.objects.filter(product__name="Wein").count() == 20
    assert is_clean(organisation)


@pytest.mark.parametrize("model", [ProductDay, ProductMonth])
def test_they_are_made_anew_from_the_receipts(organisation, record, model):
    record()
    model.objects.update(quantity=99)
    assert not is_clean(organisation)
    rebuild_products(organisation)
    assert is_clean(organisation)


@given(st.integers(0, 10**9), st.decimals(0, 30, places=2), st.decimals(0, 30, places=2), st.integers(1, 99))
def test_the_parts_of_an_amount_add_up_and_bear_their_tax(gross, rate, second_rate, pct):
    parts = gross_by_rate(gross, rate, second_rate, pct)
    assert sum(cents for cents, _ in parts) == gross
    assert all(cents >= 0 for cents, _ in parts)
    assert 0 <= net_cents(gross, rate, second_rate, pct) <= gross
    assert net_cents(gross, None) == gross
