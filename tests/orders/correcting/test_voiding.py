import pytest
from django.db import IntegrityError, transaction

from backoffice.audit.models import AuditEntry
from customers.invariants import broken_invariants
from customers.models import CustomerStats, DailyFigures
from loyalty.models import PointsEntry
from loyalty.points import PointsLine, add_lines
from orders.correcting import void_order
from orders.locks import WrongStatus
from orders.models import OrderVoid
from orders.recording import complete_order, record_order
from tests.orders.factories import MORNING, make_event, make_programme, make_stranger_event


@pytest.fixture
def record(organisation, location):
    make_programme(organisation)

    def record(**fields):
        return record_order(organisation=organisation, event=make_event(location, **fields)).order

    return record


def test_a_void_is_a_counter_entry_and_takes_everything_back(organisation, record, manager):
    order = record(total_cents=1_000, tip_cents=50)
    before = (order.total_cents, order.tip_cents)

    entry = void_order(order, reason="Wrong table", actor=manager)

    order.refresh_from_db()
    assert (entry.reason, entry.actor, order.status) == ("Wrong table", manager, "voided")
    assert (order.total_cents, order.tip_cents) == before
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.tips_cents, stats.points) == (0, 0, 0, 0)
    assert (stats.first_order_on, stats.last_order_at, stats.last_service_type) == (None, None, "")
    assert DailyFigures.objects.filter(receipts__gt=0).count() == 0
    assert list(broken_invariants(organisation)) == []


def test_after_a_void_the_orders_before_and_after_count(record):
    first, middle, last = record(), record(minutes=60 * 24 * 40), record(minutes=60 * 24 * 80)

    void_order(first, reason="x")
    void_order(last, reason="x")

    stats = CustomerStats.objects.get()
    assert (stats.first_order_on, stats.last_order_at) == (middle.placed_on, middle.placed_at)


def test_no_order_is_voided_twice(record):
    order = record()
    void_order(order, reason="x")
    with pytest.raises(WrongStatus):
        void_order(order, reason="again")
    assert OrderVoid.objects.count() == 1


def test_a_void_needs_a_reason(record):
    with pytest.raises(IntegrityError), transaction.atomic():
        void_order(record(), reason="")


def test_points_are_reversed_as_far_as_the_balance_reaches(organisation, record):
    order = record(total_cents=1_000)
    customer = CustomerStats.objects.get()
    add_lines(organisation, [PointsLine(customer.pk, "redeemed", -7, MORNING)])

    void_order(order, reason="x")

    customer.refresh_from_db()
    assert (customer.points, customer.earned_points) == (0, 7)
    assert list(PointsEntry.objects.order_by("pk").values_list("kind", "points")) == [
        ("earned", 10),
        ("redeemed", -7),
        ("reversed", -3),
    ]
    assert list(broken_invariants(organisation)) == []


def test_an_open_order_becomes_a_receipt_when_completed(organisation, record):
    order = record(status="open", service_type="delivery", promised_at=MORNING.replace(hour=12))
    assert CustomerStats.objects.get().receipts_count == 0

    complete_order(order, delivered_at=MORNING.replace(hour=13))

    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.last_order_status, stats.points) == (1, "late", 25)
    assert list(broken_invariants(organisation)) == []


@pytest.mark.parametrize("status", ["completed", "voided"])
def test_only_open_orders_are_completed(record, status):
    with pytest.raises(WrongStatus):
        complete_order(record(status=status))


def test_voiding_an_open_order_gives_the_one_before_its_place_back(record):
    before = record()
    void_order(record(minutes=5, status="open"), reason="x")
    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.last_order_at) == (1, before.placed_at)


def test_a_strangers_order_is_voided_in_the_figures(organisation, location):
    order = record_order(organisation=organisation, event=make_stranger_event(location)).order
    void_order(order, reason="x")
    assert DailyFigures.objects.get().receipts == 0
    assert list(broken_invariants(organisation)) == []


def test_completing_and_voiding_are_logged(record, manager):
    order = complete_order(record(status="open"), actor=manager)
    void_order(order, reason="x", actor=manager)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "subject_id")) == [
        ("order.completed", order.pk),
        ("order.voided", order.pk),
    ]
