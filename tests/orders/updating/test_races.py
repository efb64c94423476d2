"""Updates in the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from customers.invariants import broken_invariants
from customers.models import CustomerStats
from orders.events import OrderEventRefund, OrderUpdate
from orders.models import Order, OrderRefund
from orders.recording import record_order
from orders.updating import UnknownOrder, update_order, updating
from tests.customers.records.test_matching_races import in_parallel
from tests.orders.factories import make_event, make_programme
from tests.orders.recording.test_races import TILLS, meeting

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def event(location):
    return make_event(location, external_id="W1", status="open")


@pytest.fixture
def tell(organisation, event):
    make_programme(organisation)
    record_order(organisation=organisation, event=event)

    def tell(minutes=0, **fields):
        update = OrderUpdate("web", "W1", NOON + timedelta(minutes=minutes), **fields)
        return lambda: update_order(organisation=organisation, update=update)

    return tell


def unlocked(barrier):
    """What `lock_order` would be without its locks; all look before any of them goes on."""

    def look(order, also=()):
        seen = Order.objects.select_related("organisation").get(pk=order.pk)
        barrier.wait(timeout=20)
        return {}, seen

    return look


def promise_at_once(tell):
    """The newest is told first."""
    return in_parallel(*[tell(n, promised_at=NOON + timedelta(minutes=n)) for n in range(TILLS, 0, -1)])


def test_without_the_lock_an_older_update_overwrites(tell, monkeypatch):
    monkeypatch.setattr(updating, "lock_order", unlocked(Barrier(TILLS)))

    results = promise_at_once(tell)

    assert all(result.applied for result in results)


def test_the_newest_of_several_updates_stays(tell, monkeypatch):
    meeting(monkeypatch, updating, "lock_order")

    promise_at_once(tell)

    order = Order.objects.get()
    assert order.promised_at == order.source_updated_at == NOON + timedelta(minutes=TILLS)


def test_a_refund_told_several_times_at_once_is_one(organisation, tell):
    tell(status="completed")()

    in_parallel(*[tell(1, refunds=(OrderEventRefund("R1", 500, "Cold"),))] * TILLS)

    assert OrderRefund.objects.count() == 1
    assert CustomerStats.objects.get().revenue_cents == 2_000
    assert not list(broken_invariants(organisation))


def test_an_order_completed_several_times_at_once_counts_once(organisation, tell):
    results = in_parallel(*[tell(status="completed")] * TILLS)

    assert {result.order.status for result in results} == {"completed"}
    assert CustomerStats.objects.get().receipts_count == 1
    assert not list(broken_invariants(organisation))


def test_an_update_while_its_order_arrives_is_taken_or_unknown(organisation, event):
    def tell():
        try:
            return update_order(organisation=organisation, update=OrderUpdate("web", "W1", NOON, "completed"))
        except UnknownOrder:
            return None

    _order, *results = in_parallel(
        lambda: record_order(organisation=organisation, event=event), *[tell] * TILLS
    )

    told = [result for result in results if result is not None]
    assert all(result.order.status == "completed" for result in told)
    assert Order.objects.get().status == ("completed" if told else "open")
    assert not list(broken_invariants(organisation))
