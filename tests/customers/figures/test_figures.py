from datetime import UTC, date, datetime

import pytest

from customers.figures.counters import (
    FigureChanges,
    rebuild_figures,
    stored_counters,
    stored_daily,
    true_counters,
    true_daily,
)
from customers.models import CustomerCounters, DailyFigures
from customers.records.matching import find_or_create
from orders.recording import record_order
from tests.factories import make_location
from tests.orders.factories import make_event, make_stranger_event


@pytest.fixture
def customer(organisation, location):
    known = {"source": "web", "phone": "+4917139200012"}
    customer, _ = find_or_create(organisation=organisation, location=location, **known)
    customer.organisation = organisation
    return customer


def counted(organisation) -> tuple:
    return tuple(map(sum, zip(*stored_counters(organisation).values(), strict=True)))


def change(customer, **fields) -> None:
    changes = FigureChanges(customer.organisation)
    changes.customer_state(customer, customer.stats, -1)
    for name, value in fields.items():
        setattr(customer.stats if hasattr(customer.stats, name) else customer, name, value)
    changes.customer_state(customer, customer.stats, +1)
    changes.write()


def test_an_active_customer_counts_for_what_it_is(organisation, customer):
    change(customer, marketing_consent=True, receipts_count=2, points=30)

    # active, inactive, marketing, ordered, returned, points
    assert counted(organisation) == (1, 0, 1, 1, 1, 30)


def test_an_inactive_customer_keeps_its_points_and_counts_for_nothing_else(organisation, customer):
    change(customer, marketing_consent=True, receipts_count=2, points=30)
    change(customer, is_active=False)

    assert counted(organisation) == (0, 1, 0, 0, 0, 30)


def test_a_change_that_changes_nothing_writes_nothing(customer, django_assert_num_queries):
    with django_assert_num_queries(0):
        change(customer, notes="quiet")


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_changes_is_two_statements(organisation, location, count, django_assert_num_queries):
    changes = FigureChanges(organisation)
    customer, _ = find_or_create(
        organisation=organisation, location=location, source="web", phone="+493023125000"
    )
    for _ in range(count):
        changes.customer_joined(customer)
        changes.customer_state(customer, customer.stats if hasattr(customer, "stats") else None, +1)
    with django_assert_num_queries(2):
        changes.write()


def test_a_day_is_that_of_the_location(organisation):
    islands = make_location(organisation, timezone="Atlantic/Canary")
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)

    find_or_create(
        organisation=organisation, location=islands, source="web", phone="+34555000001", joined_at=late
    )
    record_order(organisation=organisation, event=make_stranger_event(islands, placed_at=late))

    assert set(DailyFigures.objects.values_list("day", "month")) == {(date(2026, 4, 1), 2026 * 12 + 3)}


def test_receipts_of_strangers_count_but_not_as_known(organisation, location):
    record_order(organisation=organisation, event=make_event(location, total_cents=1_000, tip_cents=50))
    record_order(organisation=organisation, event=make_stranger_event(location, total_cents=700))
    record_order(organisation=organisation, event=make_event(location, status="open"))

    day = DailyFigures.objects.get(receipts__gt=0)
    assert (day.receipts, day.revenue_cents, day.tips_cents) == (2, 1_700, 50)
    assert (day.known_receipts, day.known_revenue_cents) == (1, 1_000)


def test_rebuilt_figures_are_those_that_were_kept(organisation, location):
    for minutes in range(0, 5_000, 1_000):
        record_order(organisation=organisation, event=make_event(location, minutes=minutes))
    kept = stored_counters(organisation), stored_daily(organisation)
    CustomerCounters.objects.update(active=77)
    DailyFigures.objects.all().delete()

    rebuild_figures(organisation)

    assert (stored_counters(organisation), stored_daily(organisation)) == kept
    assert kept == (true_counters(organisation), true_daily(organisation))
