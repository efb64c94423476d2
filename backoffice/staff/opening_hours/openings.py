from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from backoffice.staff.models import ClosedDays, Location, OpeningHours


@dataclass(frozen=True)
class Closure:
    """Why nobody is served: `reason` of closed days, or the day's `hours` that the moment lies outside."""

    closed: ClosedDays | None = None
    hours: tuple[tuple[time, time], ...] = ()


@dataclass
class Openings:
    """Hours and closed days of one location; without any hours it is always open but on closed days."""

    by_weekday: dict[int, list[tuple[time, time]]] = field(default_factory=lambda: defaultdict(list))
    closed: list[ClosedDays] = field(default_factory=list)

    def closure(self, local: datetime) -> Closure | None:
        """Why the location is closed at a moment on its own clock; None when it is open.

        Hours that end after midnight belong to the day on which they begin.
        """
        yesterday = local.date() - timedelta(days=1)
        if self._runs_from(yesterday, local.time()) and not self._closed_on(yesterday):
            return None
        if closed := self._closed_on(local.date()):
            return Closure(closed=closed)
        hours = self.by_weekday.get(local.weekday(), [])
        if not self.by_weekday or any(_holds(opens, closes, local.time()) for opens, closes in hours):
            return None
        return Closure(hours=tuple(hours))

    def _runs_from(self, day: date, at: time) -> bool:
        """Whether hours that began on the day before are still running."""
        hours = self.by_weekday.get(day.weekday(), [])
        return any(closes <= opens and at < closes for opens, closes in hours)

    def _closed_on(self, day: date) -> ClosedDays | None:
        return next((one for one in self.closed if one.first_on <= day <= one.last_on), None)


def _holds(opens: time, closes: time, at: time) -> bool:
    return opens <= at and (at < closes or closes <= opens)


def openings_of(locations: Iterable[Location | int], *, since: date | None = None) -> dict[int, Openings]:
    """By location, for every one asked for; closed days that ended before `since` are left out. Two
    queries."""
    ids = {getattr(one, "pk", one) for one in locations}
    openings = {pk: Openings() for pk in ids}
    for hours in OpeningHours.objects.filter(location__in=ids):
        openings[hours.location_id].by_weekday[hours.weekday].append((hours.opens, hours.closes))
    closed = ClosedDays.objects.filter(location__in=ids)
    for days in closed.filter(last_on__gte=since - timedelta(days=1)) if since else closed:
        openings[days.location_id].closed.append(days)
    return openings
