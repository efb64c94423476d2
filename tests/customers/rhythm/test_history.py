"""PRODUCT §2 on days alone."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.choices import Degree, Risk
from customers.rhythm import VisitHistory
from customers.rhythm.history import degree_of

TODAY = date(2026, 11, 12)


class House:
    """As much of an organisation as the definitions ask for."""

    occasional_from, regular_from, champion_from = 2, 4, 10

    def __init__(self, typical_days=30):
        self.typical_days = typical_days


def history(days, typical_days) -> VisitHistory:
    return VisitHistory(days, House(typical_days), TODAY)


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
    assert degree_of(visits, House()) == degree


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
    assert history(ago(*days), 40).rhythm_days == rhythm


@pytest.mark.parametrize(
    ("passed", "risk"),
    [
        *[(0, Risk.ON_TIME), (30, Risk.ON_TIME), (31, Risk.LATE), (50, Risk.LATE)],
        *[(51, Risk.AT_RISK), (80, Risk.AT_RISK), (81, Risk.LOST)],
    ],
)
def test_the_risk_of_somebody_who_comes_every_20_days(passed, risk):
    days = ago(passed, passed + 20, passed + 40)

    assert history(days, 99).risk == risk


def test_nobody_is_lost_within_30_days():
    daily = ago(30, 31, 32, 33)

    assert history(daily, 99).risk == Risk.AT_RISK
    assert replace(history(daily, 99), today=TODAY + timedelta(days=1)).risk == Risk.LOST


@pytest.mark.parametrize(("passed", "risk"), [(0, Risk.NEW), (80, Risk.NEW), (81, Risk.ONE_TIMER)])
def test_who_came_once_is_new_or_a_one_timer(passed, risk):
    assert history(ago(passed), 40).risk == risk


def test_nobody_who_never_came_is_at_risk():
    assert history([], 40).risk is None


def test_a_house_says_itself_from_how_many_visits_on_a_degree_is():
    house = House()
    house.occasional_from, house.regular_from, house.champion_from = 3, 12, 40

    degrees = [degree_of(visits, house) for visits in (1, 2, 3, 11, 12, 39, 40)]

    assert degrees == [1, 1, 2, 2, 3, 3, 4]


@given(
    gaps=st.lists(st.integers(1, 200), max_size=20), passed=st.integers(0, 900), typical=st.integers(1, 90)
)
def test_until_the_day_it_names_time_alone_changes_nothing(gaps, passed, typical):
    days = ago(*accumulate([passed, *gaps]))
    now = history(days, typical)
    said = (now.visits, now.risk)
    until = (now.changes_on - TODAY).days if now.changes_on else 1000

    later = [replace(now, today=TODAY + timedelta(days=one)) for one in (1, until // 2, until - 1) if one]

    assert all((one.visits, one.risk) == said for one in later if one.today < TODAY + timedelta(days=until))
    if now.changes_on:
        changed = replace(now, today=now.changes_on)
        assert (changed.visits, changed.risk) != said
