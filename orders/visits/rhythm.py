"""The definitions of PRODUCT §2, on days alone: no query, no clock."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from django.db import models
from django.utils.translation import gettext_lazy as _

YEAR = 365  # days that the degree looks back
MOST_GAPS = 12
OWN_RHYTHM_VISITS = 3  # before that the organisation's own median counts
LATE, AT_RISK, LOST = 1.5, 2.5, 4  # times the rhythm after the last visit
SHORTEST_LOST = 30  # days
ONE_TIMER = 2  # times the organisation's median after the only visit


class Degree(models.IntegerChoices):
    """Loyalty degree by the visits of the last 12 months."""

    NEW = 1, _("New")
    OCCASIONAL = 2, _("Occasional")
    REGULAR = 3, _("Regular")
    CHAMPION = 4, _("Champion")


DEGREE_FROM = {Degree.CHAMPION: 10, Degree.REGULAR: 4, Degree.OCCASIONAL: 2, Degree.NEW: 1}


class Risk(models.TextChoices):
    """Where a customer stands against the own rhythm; the last two are of those who came once."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("overdue")
    AT_RISK = "at_risk", _("at risk")
    LOST = "lost", _("lost")
    NEW = "new", _("one visit so far")
    ONE_TIMER = "one_timer", _("came once")

    @property
    def tone(self) -> str:
        return _LOOKS.get(self.value, ("", ""))[0]

    @property
    def icon(self) -> str:
        """Its drawing; the two of those who came once have none, they are plain words."""
        return _LOOKS.get(self.value, ("", ""))[1]


_LOOKS = {
    "on_time": ("ok", "check-circle"),
    "late": ("warn", "clock"),
    "at_risk": ("bad", "warn"),
    "lost": ("neutral", "minus-circle"),
}


def degree_of(visits: int) -> Degree | None:
    """None without visits: there is no badge then."""
    return next((degree for degree, least in DEGREE_FROM.items() if visits >= least), None)


def rhythm_of(days: Sequence[date], typical_days: int) -> int | None:
    """The median gap between the last visits, in days; `days` ascending, each once.

    `typical_days` is the organisation's median from first to second visit. None without visits.
    """
    if not days:
        return None
    if len(days) < OWN_RHYTHM_VISITS:
        return typical_days
    last = days[-MOST_GAPS - 1 :]
    return max(1, round(median((b - a).days for a, b in pairwise(last))))


def risk_of(days: Sequence[date], typical_days: int, today: date) -> Risk | None:
    if not days:
        return None
    passed = (today - days[-1]).days
    if len(days) == 1:
        return Risk.NEW if passed <= ONE_TIMER * typical_days else Risk.ONE_TIMER
    rhythm = rhythm_of(days, typical_days)
    if passed <= LATE * rhythm:
        return Risk.ON_TIME
    if passed <= AT_RISK * rhythm:
        return Risk.LATE
    return Risk.AT_RISK if passed <= max(LOST * rhythm, SHORTEST_LOST) else Risk.LOST
