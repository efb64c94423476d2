"""Merges beside other writers. PostgreSQL only: SQLite has one writer."""

from threading import Event
from time import sleep

import pytest
from django.db import IntegrityError

from customers.invariants import broken_invariants
from customers.merging import MergeOver, MergeWish, StaleMerge, merge_customers, merging, undo_merge
from customers.models import Customer
from orders.models import Order
from orders.recording import record_order, record_orders, writing
from tests.customers.merging.test_merging import merge
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer, make_order
from tests.orders.factories import make_event, make_programme

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(organisation, location):
    make_programme(organisation)
    people = [make_customer(organisation) for _ in range(3)]
    for one in people:
        make_order(one)
    return people


def told(call):
    try:
        return call()
    except (StaleMerge, MergeOver) as refused:
        return refused


def two_merges_of_the_last(three):
    def merge_last(survivor):
        wish = MergeWish(survivor.pk, (three[2].pk,))
        return lambda: told(lambda: merge_customers(survivor.organisation, wish, actor=None))

    return in_parallel(merge_last(three[0]), merge_last(three[1]))


@pytest.fixture
def slow(monkeypatch):
    """A merge rests when it has moved rows, and says so."""
    moved, move_rows = Event(), merging.move_rows

    def move_and_rest(*args):
        found = move_rows(*args)
        moved.set()
        sleep(0.7)
        return found

    monkeypatch.setattr(merging, "move_rows", move_and_rest)
    return moved


@pytest.fixture
def unguarded(monkeypatch):
    def look(organisation, ids, *, to_remove=False):
        return list(Customer.objects.of(organisation).filter(pk__in=ids).order_by("pk"))

    monkeypatch.setattr(merging, "lock_customers", look)
    monkeypatch.setattr(merging, "hold_customer_creation", lambda organisation: None)


def test_without_locks_two_merges_of_one_customer_collide(three, slow, unguarded):
    results = two_merges_of_the_last(three)
    assert sum(isinstance(result, IntegrityError) for result in results) == 1


def test_of_two_merges_of_one_customer_one_is_told(organisation, three, slow):
    results = two_merges_of_the_last(three)

    assert sorted(type(result).__name__ for result in results) == ["CustomerMerge", "StaleMerge"]
    assert Customer.objects.count() == 2
    assert list(broken_invariants(organisation)) == []


def order_of(customer, how):
    """An order that comes in while its customer is merged away, as a till, a file or a person brings it."""
    known = {"phone": customer.phone} if how != "given" else {"phone": "", "customer_id": customer.pk}
    event = make_event(customer.location, source="manual" if how == "given" else "web", **known)
    if how == "batch":
        more = make_event(customer.location, phone="+4917139999999")
        return lambda: record_orders(customer.organisation, [event, more])
    return lambda: record_order(organisation=customer.organisation, event=event)


def merge_beside_an_order(three, how, moved):
    def order():
        moved.wait(5)
        return order_of(three[2], how)()

    return in_parallel(lambda: merge(three[0], three[2]), order)


def test_without_locks_an_order_is_lost_with_its_customer(three, slow, unguarded):
    results = merge_beside_an_order(three, "single", slow)
    assert any(isinstance(result, IntegrityError) for result in results)


@pytest.mark.parametrize("how", ["single", "batch", "given"])
def test_an_order_that_comes_during_a_merge_is_the_survivors(organisation, three, slow, how):
    results = merge_beside_an_order(three, how, slow)

    assert not [one for one in results if isinstance(one, Exception)]
    assert Order.objects.filter(customer=three[0]).count() == 3
    assert list(broken_invariants(organisation)) == []


def test_an_order_that_was_first_moves_along(organisation, three, monkeypatch):
    locked, insert = Event(), writing._insert_orders

    def insert_later(*args):
        locked.set()
        sleep(0.7)
        return insert(*args)

    monkeypatch.setattr(writing, "_insert_orders", insert_later)

    def merge_then():
        locked.wait(5)
        return merge(three[0], three[2])

    results = in_parallel(order_of(three[2], "single"), merge_then)

    assert not [one for one in results if isinstance(one, Exception)]
    assert Order.objects.filter(customer=three[0]).count() == 3
    assert list(broken_invariants(organisation)) == []


def test_two_undos_of_one_merge_part_once(organisation, three):
    record = merge(three[0], three[2])

    results = in_parallel(*[lambda: told(lambda: undo_merge(record, actor=None))] * 2)

    assert Customer.objects.count() == 3
    assert sum(isinstance(one, list) for one in results) == 1
    assert list(broken_invariants(organisation)) == []
