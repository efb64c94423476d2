"""The clock on the wall of a location, also in the nights when it is set."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from backoffice.core.text.periods import NoSuchTime, moment_of
from tests.factories import make_location
from tests.orders.factories import make_reservation

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FORWARD, BACK = date(2027, 3, 28), date(2026, 10, 25)  # in Berlin


def test_a_time_is_that_of_the_location():
    day = date(2026, 11, 12)
    assert moment_of(day, time(19), BERLIN) == datetime(2026, 11, 12, 18, tzinfo=UTC)
    assert moment_of(day, time(19), NEW_YORK) == datetime(2026, 11, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 45)])
def test_a_time_that_does_not_exist_is_refused(at):
    with pytest.raises(NoSuchTime):
        moment_of(FORWARD, at, BERLIN)


@pytest.mark.parametrize(("at", "utc"), [(time(1, 45), 0), (time(3), 1)])
def test_around_it_times_exist(at, utc):
    assert moment_of(FORWARD, at, BERLIN).hour == utc


def test_a_time_that_exists_twice_is_the_first():
    assert moment_of(BACK, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_day_of_a_reservation_is_that_of_its_location(organisation):
    house = make_location(organisation, timezone="America/New_York")
    reservation = make_reservation(house, day=date(2026, 11, 12), at="23:30", zone=NEW_YORK)
    assert reservation.starts_at.date() == date(2026, 11, 13)
    assert reservation.starts_on == date(2026, 11, 12)
