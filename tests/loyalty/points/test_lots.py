"""Points with a date: what goes first, what comes back, and what never differs from the balance."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from customers.figures import differences
from customers.invariants import broken_invariants
from loyalty.models import LotUse, PointsEntry, PointsLot
from loyalty.points import PointsLine, add_lines, lots
from loyalty.points.lots import expiry_day
from orders.correcting import void_order
from tests.loyalty.conftest import NEW_YEAR, anna, lots_left, points
from tests.orders.factories import MORNING


@pytest.fixture(autouse=True)
def _nothing_is_broken(organisation):
    yield
    assert list(broken_invariants(organisation)) == []
    assert list(differences(organisation)) == []


def spend(organisation, number: int, kind="redeemed") -> None:
    add_lines(organisation, [PointsLine(anna().pk, kind, -number, MORNING)])


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 12, 31), 24, date(2028, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 15), 120, date(2036, 3, 15)),
    ],
)
def test_points_count_through_the_same_day_of_a_later_month_or_its_last(day, months, last):
    assert expiry_day(day, months) == last


def test_an_order_opens_a_lot_that_ends_so_many_months_later(order_of):
    order_of(1, 30)

    assert lots_left() == [("2027-01-01", 30)]


def test_the_day_is_the_organisations(organisation, order_of):
    organisation.timezone = "Pacific/Auckland"
    organisation.save()
    order_of(1, 30, external_id="late")  # 11:00 UTC is past midnight there

    assert lots_left() == [("2027-01-02", 30)]


def test_a_programme_without_expiry_writes_no_lot(organisation, programme, order_of):
    programme.expires_after_months = None
    programme.save()
    order_of(1, 30)
    spend(organisation, 5)

    assert not PointsLot.objects.exists() and not LotUse.objects.exists()


def test_what_expires_first_is_taken_first_and_what_has_no_date_last(organisation, order_of):
    order_of(6, 20), order_of(1, 30)
    add_lines(organisation, [PointsLine(anna().pk, "adjusted", 10, MORNING)])
    spend(organisation, 35)
    assert lots_left() == [("2027-01-01", 0), ("2027-06-01", 15)]

    spend(organisation, 20)

    assert lots_left() == [("2027-01-01", 0), ("2027-06-01", 0)]
    assert points() == (5, 50)


def test_a_void_takes_the_lot_of_its_own_order_first(order_of):
    order_of(1, 30)
    second = order_of(6, 20)
    void_order(second, reason="wrong table")

    assert lots_left() == [("2027-01-01", 30), ("2027-06-01", 0)]


def test_a_void_of_what_was_spent_takes_from_the_others(organisation, order_of):
    first = order_of(1, 30)
    order_of(6, 20)
    spend(organisation, 30)
    void_order(first, reason="wrong table")

    assert lots_left() == [("2027-01-01", 0), ("2027-06-01", 0)]
    assert points() == (0, 30)


@pytest.mark.parametrize("left", [-1, 31])
def test_a_lot_holds_from_nothing_to_all_it_had(order_of, left):
    order_of(1, 30)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsLot.objects.update(left=left)


def test_an_entry_takes_from_a_lot_once_and_never_nothing(organisation, order_of):
    order_of(1, 30)
    spend(organisation, 5)
    use = LotUse.objects.get()
    for number in (5, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            LotUse.objects.create(entry=use.entry, lot=use.lot, points=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        LotUse.objects.update(points=0)


def test_lots_that_disagree_with_balance_or_uses_are_told(organisation, order_of):
    order_of(1, 30)
    PointsLot.objects.update(left=20)
    assert any("what is left" in problem for problem in broken_invariants(organisation))
    PointsLot.objects.update(left=30)
    add_lines(organisation, [PointsLine(anna().pk, "redeemed", -25, MORNING)])
    PointsLot.objects.update(left=30)

    told = list(broken_invariants(organisation))

    assert any("more points with a date" in problem for problem in told)
    PointsLot.objects.update(left=30 - LotUse.objects.get().points)  # as it was


def test_what_expires_soon_is_summed_by_day(order_of):
    order_of(1, 30), order_of(1, 12), order_of(6, 20)

    soon = lots.expiring(anna().pk, date(2027, 1, 1) + timedelta(days=10))

    assert soon == [(date(2027, 1, 1), 42)]


def test_lines_by_the_hundred_open_a_lot_each(organisation, order_of):
    order_of(1, 1)
    lines = [
        PointsLine(anna().pk, "earned", 2, NEW_YEAR, expires_on=date(2027, 1, number % 28 + 1))
        for number in range(120)
    ]
    add_lines(organisation, lines)

    assert PointsLot.objects.count() == 121
    assert not PointsEntry.objects.filter(lot__isnull=True).exists()
