"""PRODUCT §2 on days alone."""

from datetime import date, timedelta

import pytest

from orders.visits.rhythm import Degree, Risk, degree_of, rhythm_of, risk_of

TODAY = date(2026, 11, 12)


def ago(*days) -> list[date]:
    return sorted(TODAY - timedelta(days=one) for one in days)


@pytest.mark.parametrize(
    ("visits", "degree"),
    [
        *[(0, None), (1, Degree.NEW), (2, Degree.OCCASIONAL), (3, Degree.OCCASIONAL)],
        *[(4, Degree.REGULAR), (9, Degree.REGULAR), (10, Degree.CHAMPION), (99, Degree.CHAMPION)],
    ],
)
def test_the_degree_follows_the_visits(visits, degree):
    assert degree_of(visits) == degree


@pytest.mark.parametrize(
    ("days", "rhythm"),
    [
        ([], None),
        ([5], 40),  # not enough of one's own
        ([5, 10], 40),
        ([0, 10, 30], 15),
        ([0, 10, 30, 37], 10),
        ([0, 1, 2], 1),
        ([*range(0, 130, 10), 1000], 10),  # 12 gaps count, older ones do not
    ],
)
def test_the_rhythm_is_the_median_of_the_last_gaps(days, rhythm):
    assert rhythm_of(ago(*days), 40) == rhythm


@pytest.mark.parametrize(
    ("passed", "risk"),
    [
        *[(0, Risk.ON_TIME), (30, Risk.ON_TIME), (31, Risk.LATE), (50, Risk.LATE)],
        *[(51, Risk.AT_RISK), (80, Risk.AT_RISK), (81, Risk.LOST)],
    ],
)
def test_the_risk_of_somebody_who_comes_every_20_days(passed, risk):
    days = ago(passed, passed + 20, passed + 40)

    assert risk_of(days, 99, TODAY) == risk


def test_nobody_is_lost_within_30_days():
    daily = ago(30, 31, 32, 33)

    assert risk_of(daily, 99, TODAY) == Risk.AT_RISK
    assert risk_of(daily, 99, TODAY + timedelta(days=1)) == Risk.LOST


@pytest.mark.parametrize(("passed", "risk"), [(0, Risk.NEW), (80, Risk.NEW), (81, Risk.ONE_TIMER)])
def test_who_came_once_is_new_or_a_one_timer(passed, risk):
    assert risk_of(ago(passed), 40, TODAY) == risk


def test_nobody_who_never_came_is_at_risk():
    assert risk_of([], 40, TODAY) is None
