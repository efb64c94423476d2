"""Two voids and two refunds of one receipt in the same moment. PostgreSQL only: SQLite has one writer."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest

from customers.invariants import broken_invariants
from customers.models import CustomerStats
from orders.correcting import refund_order, reversing, void_order
from orders.locks import WrongStatus
from orders.models import Order, OrderRefund, OrderVoid
from orders.recording import record_order
from tests.customers.records.test_matching_races import in_parallel
from tests.orders.factories import make_event, make_programme

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 4


@pytest.fixture
def receipt(organisation, location):
    make_programme(organisation)
    return record_order(organisation=organisation, event=make_event(location, total_cents=2_000)).order


def all_together(step):
    """Let everybody do one step before any of them goes on, as far as locks allow it."""
    barrier = Barrier(PEOPLE)

    def step_and_wait(*args, **options):
        result = step(*args, **options)
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=0.7)
        return result

    return step_and_wait


def attempts(receipt):
    """Two voids, and two refunds of more than half."""

    def refund():
        return refund_order(receipt, amount_cents=1_500, reason="cold", token=uuid4())

    def told(call):
        try:
            return call()
        except (WrongStatus, reversing.RefundTooLarge) as refused:
            return refused

    calls = [lambda: void_order(receipt, reason="wrong table")] * 2 + [refund] * 2
    return in_parallel(*[lambda call=call: told(call) for call in calls])


def look_without_locking(order, also=()):
    found = Order.objects.select_related("organisation").get(pk=order.pk)
    customer = found.customer
    return {customer.pk: customer}, found


def test_without_the_lock_more_goes_back_than_was_paid(receipt, monkeypatch):
    monkeypatch.setattr(reversing, "lock_order", all_together(look_without_locking))
    results = attempts(receipt)
    refused = [result for result in results if isinstance(result, WrongStatus | reversing.RefundTooLarge)]
    assert not refused  # nobody was told; only constraints stop what they can


def test_one_void_counts_and_never_more_goes_back_than_was_paid(organisation, receipt, monkeypatch):
    monkeypatch.setattr(reversing, "lock_order", all_together(reversing.lock_order))
    attempts(receipt)

    assert OrderVoid.objects.count() == 1
    assert OrderRefund.objects.count() <= 1
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.points) == (0, 0, 0)
    assert list(broken_invariants(organisation)) == []
