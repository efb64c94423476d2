"""The rhythm of a customer beside the profile: a sentence, and a line from the last visit on."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from customers.choices import Risk
from customers.models import CustomerStats
from customers.rhythm.history import limits_of

_EDGE = 4  # per cent left free at both ends of the line
_APART = 20  # per cent between two labels


@dataclass(frozen=True)
class Mark:
    """A day on the line: `x` is its place in per cent."""

    x: float
    label: str

    @property
    def at(self) -> str:
        return f"{self.x:.1f}%"

    @property
    def anchor(self) -> str:
        """At the ends of the line words stay inside."""
        if self.x < _APART:
            return "start"
        return "end" if self.x > 100 - _APART else "middle"


@dataclass(frozen=True)
class RhythmPanel:
    """`expected` is a day as text, `late_days` how long it is past, 0 before. `labels` are those marks that
    have room for their words, `limits` the days after the last visit from which on somebody is overdue, at
    risk, lost; empty of who came once."""

    days: int
    risk: Risk
    expected: str
    late_days: int
    limits: tuple[int, ...]
    last: Mark
    due: Mark
    today: Mark
    labels: list[Mark]


def rhythm_panel(stats: CustomerStats, formats: Formats) -> RhythmPanel | None:
    """None for who never came. No query."""
    if not stats.risk:
        return None
    risk = Risk(stats.risk)
    last, due, today = _marks(stats, formats)
    came_once = risk in (Risk.NEW, Risk.ONE_TIMER)
    return RhythmPanel(
        days=stats.rhythm_days,
        risk=risk,
        expected=formats.day(stats.expected_on),
        late_days=max(0, (formats.today - stats.expected_on).days),
        limits=() if came_once else tuple(int(limit) + 1 for limit in limits_of(stats.rhythm_days)),
        last=last,
        due=due,
        today=today,
        labels=_with_room([due, today, last]),
    )


def _marks(stats: CustomerStats, formats: Formats) -> list[Mark]:
    """The last visit, the day expected, and today."""
    first = stats.last_visit_on
    span = (max(stats.expected_on, formats.today, first + timedelta(days=1)) - first).days
    words = {first: formats.day(first), stats.expected_on: formats.day(stats.expected_on)}
    return [
        Mark(_EDGE + (day - first).days / span * (100 - 2 * _EDGE), word)
        for day, word in [*words.items(), (formats.today, _("today"))]
    ]


def _with_room(marks: list[Mark]) -> list[Mark]:
    """The first of them, and each further one that does not run into those before."""
    shown: list[Mark] = []
    for mark in marks:
        if all(abs(mark.x - other.x) >= _APART for other in shown):
            shown.append(mark)
    return shown
