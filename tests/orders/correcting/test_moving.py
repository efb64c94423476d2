"""A receipt is given to another customer, or to none: figures move with it (PRODUCT S2)."""

import pytest

from backoffice.audit.models import AuditEntry
from customers.choices import Module
from customers.invariants import broken_invariants
from customers.models import DailyFigures
from orders.correcting import move_order, refund_order, void_order
from orders.locks import WrongStatus
from orders.recording import record_order
from tests.factories import make_customer, make_order
from tests.orders.factories import make_stranger_event


def figures(customer):
    customer.stats.refresh_from_db()
    stats = customer.stats
    return stats.receipts_count, stats.revenue_cents, stats.tips_cents, stats.last_order_at


@pytest.fixture
def anna(organisation):
    return make_customer(organisation)


@pytest.fixture
def ben(organisation):
    return make_customer(organisation)


def test_figures_move_with_it(organisation, anna, ben, manager):
    order = make_order(anna, cents=3_000, tip_cents=200, source="web")
    refund_order(order, amount_cents=500, reason="x")

    move_order(order, customer=ben, actor=manager)

    order.refresh_from_db()
    assert order.customer_id == ben.pk
    assert figures(anna) == (0, 0, 0, None)
    assert figures(ben) == (1, 2_500, 200, order.placed_at)
    ben.refresh_from_db()
    assert ben.module_bits & Module.SHOP
    assert list(broken_invariants(organisation)) == []
    entry = AuditEntry.objects.get(action="order.moved")
    assert entry.actor == manager and entry.details == {"from_customer": anna.pk, "to_customer": ben.pk}


def test_nobodys_receipt_becomes_somebodys_and_nobodys_again(organisation, location, anna):
    order = record_order(organisation=organisation, event=make_stranger_event(location)).order
    day = DailyFigures.objects.filter(receipts=1)

    move_order(order, customer=anna)
    assert figures(anna)[:2] == (1, 2_500)
    assert day.get().known_receipts == 1

    order.refresh_from_db()
    move_order(order, customer=None)
    assert figures(anna) == (0, 0, 0, None)
    assert day.get().known_receipts == 0
    assert list(broken_invariants(organisation)) == []


def test_the_order_before_is_the_last_again(anna, ben):
    before, last = make_order(anna), make_order(anna)
    move_order(last, customer=ben)
    assert figures(anna)[3] == before.placed_at


def test_an_open_order_moves_without_counting(organisation, anna, ben):
    move_order(order := make_order(anna, status="open"), customer=ben)
    assert figures(anna) == (0, 0, 0, None)
    assert figures(ben) == (0, 0, 0, order.placed_at)
    assert list(broken_invariants(organisation)) == []


def test_never_to_a_customer_of_another_house(anna, other_organisation):
    order = make_order(anna)
    with pytest.raises(ValueError, match="another organisation"):
        move_order(order, customer=make_customer(other_organisation))
    order.refresh_from_db()
    assert order.customer_id == anna.pk


def test_a_voided_one_stays_where_it_is(anna, ben):
    order = make_order(anna)
    void_order(order, reason="x")
    with pytest.raises(WrongStatus):
        move_order(order, customer=ben)


def test_moved_to_whom_it_belongs_nothing_happens(anna):
    move_order(make_order(anna), customer=anna)
    assert not AuditEntry.objects.filter(action="order.moved").exists()
