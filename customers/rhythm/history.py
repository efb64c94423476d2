"""The definitions, on days alone: no query, no clock."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import median

from customers.choices import Degree, Risk
from customers.models import CustomerStats

YEAR = 365  # days that the degree looks back
MOST_GAPS = 12
OWN_RHYTHM_VISITS = 3  # before that the organisation's own median counts
LATE, AT_RISK, LOST = 1.5, 2.5, 4  # times the rhythm after the last visit
SHORTEST_LOST = 30  # days
ONE_TIMER = 2  # times the organisation's median after the only visit


def degree_of(visits: int, organisation) -> Degree | None:
    """By the visits of a year; None without any: there is no badge then."""
    reached = (degree for degree, least in degrees_from(organisation).items() if visits >= least)
    return next(reached, None)


def degrees_from(organisation) -> dict[Degree, int]:
    """From how many visits a year on each degree is, the highest first."""
    return {
        Degree.CHAMPION: organisation.champion_from,
        Degree.REGULAR: organisation.regular_from,
        Degree.OCCASIONAL: organisation.occasional_from,
        Degree.NEW: 1,
    }


def limits_of(rhythm_days: int) -> tuple[float, float, float]:
    """Until how many days after the last visit somebody is on time, late, at risk; beyond that lost."""
    return LATE * rhythm_days, AT_RISK * rhythm_days, max(LOST * rhythm_days, SHORTEST_LOST)


@dataclass(frozen=True)
class VisitHistory:
    """What a customer's visits say on `today`; `days` ascending, each once: all of the last year, and the
    last 13."""

    days: Sequence[date]
    organisation: object
    today: date

    @cached_property
    def _first_of_year(self) -> int:
        """The place of the first day that counts for the degree."""
        return bisect_right(self.days, self.today - timedelta(days=YEAR))

    @property
    def visits(self) -> int:
        """Visits in the last 12 months."""
        return len(self.days) - self._first_of_year

    @property
    def degree(self) -> Degree | None:
        return degree_of(self.visits, self.organisation)

    @cached_property
    def rhythm_days(self) -> int | None:
        """The median gap between the last visits; the organisation's own before there are enough."""
        if len(self.days) < OWN_RHYTHM_VISITS:
            return self.organisation.typical_days if self.days else None
        last = self.days[-MOST_GAPS - 1 :]
        return max(1, round(median((later - earlier).days for earlier, later in pairwise(last))))

    @property
    def last_on(self) -> date | None:
        return self.days[-1] if self.days else None

    @property
    def days_since(self) -> int | None:
        return (self.today - self.last_on).days if self.days else None

    @property
    def expected_on(self) -> date | None:
        return self.last_on + timedelta(days=self.rhythm_days) if self.days else None

    @property
    def risk(self) -> Risk | None:
        return next((risk for risk, until in self._limits if self.days_since <= until), None)

    @cached_property
    def _limits(self) -> list[tuple[Risk, float]]:
        """Each risk with the last day after the last visit on which it stands."""
        if not self.days:
            return []
        ever = float("inf")
        if len(self.days) == 1:
            return [(Risk.NEW, ONE_TIMER * self.rhythm_days), (Risk.ONE_TIMER, ever)]
        risks = (Risk.ON_TIME, Risk.LATE, Risk.AT_RISK, Risk.LOST)
        return list(zip(risks, (*limits_of(self.rhythm_days), ever), strict=True))

    @property
    def changes_on(self) -> date | None:
        """The next day on which visits or risk are others by time alone."""
        limits = [int(until) + 1 for _risk, until in self._limits if until != float("inf")]
        leaving = [timedelta(days=YEAR) + day for day in self.days[self._first_of_year :][:1]]
        changing = [self.last_on + timedelta(days=limit) for limit in limits]
        return min((day for day in (*leaving, *changing) if day > self.today), default=None)


def set_visits(stats: CustomerStats, history: VisitHistory) -> None:
    """Write down what a history says; the caller stores it."""
    stats.visits_year = history.visits
    stats.degree = history.degree or 0
    stats.last_visit_on = history.last_on
    stats.rhythm_days = history.rhythm_days or 0
    stats.expected_on = history.expected_on
    stats.risk = history.risk or ""
    stats.rhythm_due_on = history.changes_on
