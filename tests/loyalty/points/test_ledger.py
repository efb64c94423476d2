from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from customers.choices import Module
from customers.models import Customer, CustomerStats
from loyalty.models import PointsEntry
from loyalty.points import NotEnoughPoints, PointsLine, add_lines
from loyalty.rules import points_for, reversible
from orders.recording import record_order
from tests.factories import make_location
from tests.orders.factories import MORNING, make_event, make_programme, make_stranger_event


@pytest.mark.parametrize(
    ("cents", "per_euro", "per_order", "points"),
    [
        (0, "1", 0, 0),
        (99, "1", 0, 0),
        (100, "1", 0, 1),
        (1_999, "1", 0, 19),
        (1_999, "1.5", 0, 29),
        (1_999, "0.1", 0, 1),
        (1_999, "0", 5, 5),
        (1_999, "1", 5, 24),
        (2_000_000_000, "9999.99", 0, 199_999_800_000),
    ],
)
def test_both_rates_add_up_and_are_rounded_down(cents, per_euro, per_order, points):
    assert points_for(cents, points_per_euro=Decimal(per_euro), points_per_order=per_order) == points


@given(st.integers(0, 10**6), st.integers(-5, 10**6))
def test_no_more_is_reversed_than_was_earned_or_is_left(earned, balance):
    points = reversible(earned, balance)
    assert 0 <= points <= earned
    assert balance - points >= min(0, balance)


def test_a_receipt_earns_points_and_shows_the_customer_in_the_programme(organisation, location):
    make_programme(organisation, points_per_order=2)
    record_order(organisation=organisation, event=make_event(location, total_cents=1_250, tip_cents=900))

    stats = CustomerStats.objects.get()
    assert (stats.points, stats.earned_points) == (14, 14)
    assert PointsEntry.objects.get().points == 14
    assert Module.LOYALTY in Customer.objects.get().modules


@pytest.mark.parametrize("fields", [{"status": "open"}, {"status": "voided"}, {"total_cents": 99}])
def test_what_is_no_receipt_or_too_small_earns_nothing(organisation, location, fields):
    make_programme(organisation)
    record_order(organisation=organisation, event=make_event(location, **fields))
    assert not PointsEntry.objects.exists()
    assert Module.LOYALTY not in Customer.objects.get().modules


def test_strangers_earn_nothing(organisation, location):
    make_programme(organisation)
    record_order(organisation=organisation, event=make_stranger_event(location))
    assert not PointsEntry.objects.exists()


@pytest.mark.parametrize("is_active", [None, False])
def test_without_an_active_programme_nothing_is_earned(organisation, location, is_active):
    if is_active is not None:
        make_programme(organisation, is_active=is_active)
    record_order(organisation=organisation, event=make_event(location))
    assert not PointsEntry.objects.exists()


@pytest.fixture
def customer(organisation, location):
    make_programme(organisation)
    record_order(organisation=organisation, event=make_event(location, total_cents=1_000))
    return Customer.objects.get()


def test_redeeming_lowers_the_balance_and_never_what_was_earned(organisation, customer):
    add_lines(organisation, [PointsLine(customer.pk, "redeemed", -4, MORNING)])
    add_lines(organisation, [PointsLine(customer.pk, "expired", -1, MORNING)])
    stats = CustomerStats.objects.get()
    assert (stats.points, stats.earned_points) == (5, 10)


def test_a_balance_never_falls_below_zero_and_nothing_is_written_then(organisation, customer):
    lines = [
        PointsLine(customer.pk, "adjusted", 1, MORNING),
        PointsLine(customer.pk, "redeemed", -12, MORNING),
    ]
    with pytest.raises(NotEnoughPoints), transaction.atomic():
        add_lines(organisation, lines)
    assert PointsEntry.objects.count() == 1
    assert CustomerStats.objects.get().points == 10


def test_a_customer_of_another_organisation_gets_no_line(other_organisation, customer):
    make_location(other_organisation)
    with pytest.raises(ValueError), transaction.atomic():
        add_lines(other_organisation, [PointsLine(customer.pk, "adjusted", 1, MORNING)])
    assert PointsEntry.objects.count() == 1


def test_the_ledger_is_only_added_to(customer):
    entry = PointsEntry.objects.get()
    for change in (entry.delete, entry.save, PointsEntry.objects.all().delete):
        with pytest.raises(TypeError):
            change()


@pytest.mark.parametrize(
    ("kind", "points"), [("earned", -1), ("earned", 0), ("redeemed", 1), ("expired", 1), ("reversed", 1)]
)
def test_the_sign_of_a_line_fits_its_kind(customer, kind, points):
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsEntry.objects.create(customer=customer, kind=kind, points=points, occurred_at=MORNING)


@pytest.mark.parametrize("kind", ["earned", "reversed"])
def test_an_order_earns_once_and_is_reversed_once(customer, kind):
    order = PointsEntry.objects.get().order
    fields = {"customer": customer, "order": order, "kind": kind, "occurred_at": MORNING}
    with pytest.raises(IntegrityError), transaction.atomic():
        for _ in range(2):
            PointsEntry.objects.create(points=1 if kind == "earned" else -1, **fields)
