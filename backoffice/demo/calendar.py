"""When people go out: weekdays, seasons, hours, and a restaurant that slowly becomes known."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

MONTHS = 24
_WEEKDAYS = [0.55, 0.75, 0.85, 1.0, 1.55, 1.7, 1.2]
_SEASONS = [0.75, 0.8, 0.95, 1.0, 1.15, 1.1, 0.95, 0.9, 1.05, 1.0, 1.05, 1.45]
_LUNCH = [(11, 30), (12, 0), (12, 15), (12, 30), (12, 45), (13, 0), (13, 30), (14, 0)]
_EVENING = [(17, 30), (18, 0), (18, 30), (18, 45), (19, 0), (19, 15), (19, 30), (20, 0), (20, 30), (21, 15)]


class Calendar:
    """Two years of days up to `today` in one time zone, each as busy as it is."""

    def __init__(self, today: date, zone: ZoneInfo):
        self.zone = zone
        first = date(today.year - MONTHS // 12, today.month, 1)
        self.days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
        weights = (self._busyness(day, n / len(self.days)) for n, day in enumerate(self.days))
        self._sums = list(accumulate(weights))

    @staticmethod
    def _busyness(day: date, passed: float) -> float:
        return _WEEKDAYS[day.weekday()] * _SEASONS[day.month - 1] * (0.8 + 0.4 * passed)

    def a_day(self, rng: Random, first: int = 0, last: int | None = None) -> int:
        """The number of a day from `first` to `last`, both included, busy ones more often."""
        last = len(self.days) - 1 if last is None else last
        before = self._sums[first - 1] if first else 0.0
        wanted = rng.uniform(before, self._sums[last])
        return min(bisect_left(self._sums, wanted), last)

    def a_moment(self, rng: Random, day: int, *, lunch: float = 0.3) -> datetime:
        """A moment of that day at which people eat; `lunch` is the share that comes at noon."""
        weekend = self.days[day].weekday() >= 5
        slots = _LUNCH if rng.random() < (0.42 if weekend else lunch) else _EVENING
        hour, minute = rng.choice(slots)
        local = datetime.combine(self.days[day], time(hour, minute, tzinfo=self.zone))
        return (local + timedelta(minutes=rng.randrange(20), seconds=rng.randrange(60))).astimezone(UTC)
