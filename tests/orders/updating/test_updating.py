"""What sources tell later: never an older update over a newer one, each refund once (TRUST I3, I6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from orders.correcting import RefundTooLarge
from orders.events import OrderEventRefund, OrderUpdate
from orders.locks import WrongStatus
from orders.models import Order, OrderRefund, OrderVoid
from orders.recording import record_order
from orders.updating import RefundConflict, UnknownOrder, update_order
from tests.factories import make_location
from tests.orders.factories import MORNING, make_event, make_programme

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
PAID_BACK = OrderEventRefund("R1", 500, "Cold soup")


@pytest.fixture
def tell(organisation, location):
    """Record an order of 25.00, then tell what changed of it: `tell(status="completed")`."""
    make_programme(organisation)
    fields = {"status": "open", "service_type": "delivery", "external_id": "W1"}
    record_order(organisation=organisation, event=make_event(location, **fields))

    def tell(**fields):
        update = OrderUpdate("web", "W1", **{"updated_at": NOON} | fields)
        return update_order(organisation=organisation, update=update)

    return tell


@pytest.fixture(autouse=True)
def _all_sums_hold(organisation):
    yield
    assert not list(broken_invariants(organisation))


def test_a_completed_order_counts_and_earns(tell):
    updated = tell(status="completed", delivered_at=NOON)

    assert updated.applied
    assert (updated.order.status, updated.order.delivered_at) == ("completed", NOON)
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.points) == (1, 2_500, 25)


def test_a_voided_order_counts_no_longer(tell):
    tell(status="completed")

    tell(status="voided", reason="Ordered twice", updated_at=LATER)

    assert OrderVoid.objects.get().reason == "Ordered twice"
    assert (CustomerStats.objects.get().receipts_count, CustomerStats.objects.get().points) == (0, 0)


def test_times_reach_what_the_customers_last_order_came_to(tell):
    tell(promised_at=NOON, status="completed", delivered_at=LATER)
    assert CustomerStats.objects.get().last_order_status == "late"

    tell(promised_at=LATER, updated_at=LATER)

    assert CustomerStats.objects.get().last_order_status == "on_time"


def test_an_older_update_never_overwrites_a_newer_one(tell):
    tell(promised_at=LATER, updated_at=LATER)

    updated = tell(promised_at=NOON, status="voided", reason="late news", updated_at=NOON)

    assert not updated.applied
    assert (updated.order.status, updated.order.promised_at) == ("open", LATER)
    assert updated.order.source_updated_at == LATER


def test_the_same_update_again_changes_nothing(tell):
    told = {"status": "completed", "delivered_at": NOON, "refunds": (PAID_BACK,)}
    first = tell(**told)

    again = tell(**told)

    assert (again.applied, again.order.refunded_cents) == (first.applied, 500)
    assert (OrderRefund.objects.count(), CustomerStats.objects.get().revenue_cents) == (1, 2_000)


def test_a_refund_counts_however_late_it_comes(tell):
    tell(status="completed", updated_at=LATER)

    updated = tell(refunds=(PAID_BACK,), updated_at=NOON)

    assert not updated.applied
    assert updated.order.refunded_cents == 500


def test_several_refunds_add_up(tell):
    tell(status="completed", refunds=(PAID_BACK,))

    tell(refunds=(PAID_BACK, replace(PAID_BACK, external_id="R2")), updated_at=LATER)

    assert Order.objects.get().refunded_cents == 1_000
    assert CustomerStats.objects.get().points == 15


def test_a_refund_of_another_amount_under_its_number_is_a_conflict(tell):
    tell(status="completed", refunds=(PAID_BACK,))

    with pytest.raises(RefundConflict):
        tell(refunds=(replace(PAID_BACK, amount_cents=600),), updated_at=LATER)

    assert Order.objects.get().source_updated_at == NOON


def test_what_is_refused_leaves_nothing_behind(tell):
    with pytest.raises(RefundTooLarge):
        tell(status="completed", delivered_at=NOON, refunds=(replace(PAID_BACK, amount_cents=2_501),))

    order = Order.objects.get()
    assert (order.status, order.delivered_at, order.source_updated_at) == ("open", None, None)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"status": "completed"}, {"status": "open"}),
        ({"status": "voided", "reason": "x"}, {"status": "completed"}),
        ({"status": "voided", "reason": "x"}, {"refunds": (PAID_BACK,)}),
        ({}, {"refunds": (PAID_BACK,)}),
    ],
)
def test_an_order_never_goes_back(tell, first, then):
    tell(**first)

    with pytest.raises(WrongStatus):
        tell(**then, updated_at=LATER)


def test_paid_back_and_voided_at_once_is_both(tell):
    updated = tell(status="completed")

    updated = tell(status="voided", reason="x", refunds=(PAID_BACK,), updated_at=LATER)

    assert (updated.order.status, updated.order.refunded_cents) == ("voided", 500)


def test_an_order_of_nobody_is_updated(organisation, location):
    record_order(
        organisation=organisation, event=make_event(location, external_id="W1", phone="", status="open")
    )

    update = OrderUpdate("web", "W1", NOON, "completed", delivered_at=NOON)

    assert update_order(organisation=organisation, update=update).order.delivered_at == NOON
    assert not Customer.objects.exists()


def test_orders_of_others_are_unknown(tell, organisation, other_organisation):
    update = OrderUpdate("web", "W1", NOON)

    with pytest.raises(UnknownOrder):
        update_order(organisation=other_organisation, update=update)
    with pytest.raises(UnknownOrder):
        update_order(organisation=organisation, update=update, location=make_location(organisation))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"updated_at": timezone.now() + timedelta(days=2)}, "updated_at"),
        ({"updated_at": MORNING.replace(tzinfo=None)}, "updated_at"),
        ({"status": "eaten"}, "status"),
        ({"status": "voided"}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"refunds": (OrderEventRefund("R1", 0, "x"),)}, "refunds"),
        ({"refunds": (OrderEventRefund("R1", 1, ""),)}, "refunds"),
        ({"refunds": (OrderEventRefund("", 1, "x"),)}, "refunds"),
        ({"refunds": (OrderEventRefund("R\x00", 1, "x"),)}, "refunds"),
    ],
)
def test_what_no_update_can_be_is_refused(tell, wrong, field):
    with pytest.raises(ValidationError) as refused:
        tell(**wrong)

    assert refused.value.code == field
