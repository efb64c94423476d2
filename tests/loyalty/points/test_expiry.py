"""Points whose day has passed go, the oldest first, once; and come back when somebody says so."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from customers.figures import differences
from customers.invariants import broken_invariants
from loyalty.models import PointsEntry
from loyalty.points import PointsLine, add_lines, expiry
from loyalty.points.expiry import DayHasPassed, expire_points, give_back_expired
from tests.factories import make_customer, make_location
from tests.loyalty.conftest import anna, kinds, lots_left, points
from tests.orders.factories import MORNING

BERLIN_LAST_MINUTE = datetime(2027, 1, 1, 22, 59, tzinfo=UTC)  # of the first day of January
BERLIN_NEXT_DAY = datetime(2027, 1, 1, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_is_broken(organisation):
    yield
    assert list(broken_invariants(organisation)) == []
    assert list(differences(organisation)) == []


@pytest.fixture
def at(monkeypatch):
    """Let the expiry run at a moment."""

    def at(moment):
        with time_machine.travel(moment, tick=False):
            expire_points()

    return at


def test_points_count_through_their_last_day_in_the_organisations_zone(order_of, at):
    order_of(1, 30)
    at(BERLIN_LAST_MINUTE)
    assert points() == (30, 30)

    at(BERLIN_NEXT_DAY)

    assert points() == (0, 30)
    assert kinds() == [("earned", 30), ("expired", -30)]


def test_a_house_in_another_zone_has_another_midnight(organisation, order_of, at):
    order_of(1, 30)
    organisation.timezone = "America/Los_Angeles"
    organisation.save()
    at(BERLIN_NEXT_DAY)

    assert points() == (30, 30)


@pytest.mark.parametrize(
    ("last", "before", "after"),
    [  # the nights in which the clocks change in Berlin
        (date(2027, 3, 27), datetime(2027, 3, 27, 22, 59, tzinfo=UTC), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (
            date(2027, 10, 31),
            datetime(2027, 10, 31, 22, 59, tzinfo=UTC),
            datetime(2027, 10, 31, 23, tzinfo=UTC),
        ),
    ],
)
def test_nights_in_which_the_clocks_change_end_at_midnight_too(
    organisation, location, at, last, before, after
):
    customer = make_customer(organisation)
    add_lines(organisation, [PointsLine(customer.pk, "earned", 5, MORNING, expires_on=last)])
    at(before)
    assert points() == (5, 5)

    at(after)

    assert points() == (0, 5)


def test_the_oldest_expire_first_and_only_what_is_left(organisation, order_of, at):
    order_of(1, 30), order_of(6, 20)
    add_lines(organisation, [PointsLine(anna().pk, "redeemed", -10, MORNING)])
    at(BERLIN_NEXT_DAY)

    assert kinds()[-1] == ("expired", -20)
    assert lots_left() == [("2027-01-01", 0), ("2027-06-01", 20)]


def test_again_it_changes_nothing(order_of, at):
    order_of(1, 30)
    for _ in range(3):
        at(BERLIN_NEXT_DAY)

    assert kinds() == [("earned", 30), ("expired", -30)]


def test_batches_reach_everybody_of_every_house(organisation, other_organisation, location, at, monkeypatch):
    monkeypatch.setattr(expiry, "BATCH", 2)
    make_location(other_organisation)
    for house in (organisation, organisation, organisation, other_organisation):
        line = PointsLine(make_customer(house).pk, "earned", 5, MORNING, expires_on=date(2026, 12, 31))
        add_lines(house, [line])
    at(BERLIN_NEXT_DAY)

    assert PointsEntry.objects.filter(kind="expired").count() == 4


@pytest.fixture
def expired(order_of, at):
    order_of(1, 30)
    at(BERLIN_NEXT_DAY)


def give_back(organisation, first=date(2027, 1, 2), last=date(2027, 1, 2), until=date(2027, 3, 31)):
    with time_machine.travel(BERLIN_NEXT_DAY, tick=False):
        return give_back_expired(
            organisation, first=first, last=last, until=until, reason="Closed in winter", actor=None
        )


def test_expired_points_come_back_into_their_lot_with_a_new_day(organisation, expired):
    assert give_back(organisation) == 30

    assert points() == (30, 30)
    assert lots_left() == [("2027-03-31", 30)]
    entry = PointsEntry.objects.get(kind="released")
    assert (entry.reason, entry.undoes.kind) == ("Closed in winter", "expired")


def test_they_come_back_once_and_expire_again(organisation, expired, at):
    assert [give_back(organisation) for _ in range(2)] == [30, 0]
    at(datetime(2027, 4, 1, 12, tzinfo=UTC))

    assert [kind for kind, _points in kinds()] == ["earned", "expired", "released", "expired"]
    assert points() == (0, 30)


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 1, 3)])
def test_other_days_stay_expired(organisation, expired, day):
    assert give_back(organisation, first=day, last=day) == 0


def test_another_house_gives_nothing_back(other_organisation, expired):
    assert give_back(other_organisation) == 0


def test_a_day_that_is_over_is_refused(organisation, expired):
    with pytest.raises(DayHasPassed):
        give_back(organisation, until=date(2027, 1, 1))
    assert points() == (0, 30)
