"""A part of a receipt goes back: a counter-entry, and what counts is what is left (PRODUCT S2)."""

from uuid import uuid4

import pytest

from customers.invariants import broken_invariants
from customers.models import CustomerStats, DailyFigures
from orders.correcting import RefundTooLarge, refund_order, void_order
from orders.events import OrderEventLine
from orders.locks import WrongStatus
from orders.models import OrderRefund
from orders.recording import record_order
from tests.orders.factories import make_event

MENU = (OrderEventLine("Spätzle", 3, 1_000), OrderEventLine("Schorle", 2, 400))


@pytest.fixture
def record(organisation, location):
    def record(**fields):
        return record_order(organisation=organisation, event=make_event(location, **fields)).order

    return record


def lines_of(order):
    return {line.name: line.pk for line in order.lines.all()}


def test_what_counts_is_what_is_left(organisation, record, manager):
    order = record(total_cents=3_000, tip_cents=200)

    refund = refund_order(order, amount_cents=1_000, reason="cold", actor=manager)

    order.refresh_from_db()
    assert (order.total_cents, order.refunded_cents, order.status) == (3_000, 1_000, "completed")
    assert (refund.amount_cents, refund.actor) == (1_000, manager)
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.tips_cents) == (1, 2_000, 200)
    assert stats.average_order_cents == 2_000
    assert DailyFigures.objects.get(receipts=1).known_revenue_cents == 2_000
    assert list(broken_invariants(organisation)) == []


def test_a_line_is_worth_what_was_paid_for_it(record):
    """38 € of dishes less 3.80 €: a tenth off each."""
    order = record(lines=MENU, discount_cents=380)
    assert refund_order(order, quantities={lines_of(order)["Spätzle"]: 1}, reason="x").amount_cents == 900


def test_the_last_of_a_line_takes_what_rounding_left(record):
    order = record(lines=(OrderEventLine("Brezel", 3, 100),), discount_cents=100)
    brezel = lines_of(order)["Brezel"]
    amounts = [refund_order(order, quantities={brezel: 1}, reason="x").amount_cents for _ in range(3)]
    assert amounts == [67, 67, 66]


@pytest.mark.parametrize("quantity", [4, -1, 10**9])
def test_no_more_of_a_line_than_was_sold(record, quantity):
    order = record(lines=MENU)
    with pytest.raises(RefundTooLarge):
        refund_order(order, quantities={lines_of(order)["Spätzle"]: quantity}, reason="x")
    assert not OrderRefund.objects.exists()


def test_never_more_than_is_left(record):
    order = record(total_cents=1_000)
    refund_order(order, amount_cents=700, reason="x")
    with pytest.raises(RefundTooLarge) as refused:
        refund_order(order, amount_cents=301, reason="x")
    assert refused.value.left_cents == 300


@pytest.mark.parametrize("amount", [-1, -1_000])
def test_no_refund_is_negative(record, amount):
    with pytest.raises(RefundTooLarge):
        refund_order(record(), amount_cents=amount, reason="x")


def test_sent_twice_it_is_one_refund(record):
    order, token = record(total_cents=1_000), uuid4()
    first = refund_order(order, amount_cents=400, reason="x", token=token)
    assert refund_order(order, amount_cents=400, reason="x", token=token) == first
    assert OrderRefund.objects.count() == 1


@pytest.mark.parametrize("status", ["open", "voided"])
def test_only_a_receipt_is_refunded(record, status):
    with pytest.raises(WrongStatus):
        refund_order(record(status=status), amount_cents=1, reason="x")


def test_a_void_after_a_refund_takes_out_what_was_left(organisation, record):
    order = record(total_cents=3_000, tip_cents=100)
    refund_order(order, amount_cents=1_000, reason="x")
    void_order(order, reason="x")
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.tips_cents) == (0, 0, 0)
    assert list(broken_invariants(organisation)) == []
