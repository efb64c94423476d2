"""When people go out: weekdays, seasons, hours, and a restaurant that slowly becomes known."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from backoffice.demo.reading import read

MONTHS = 24
_BUSY = read("habits")["calendar"]
_WAKING, _SLEEPING = 7, 23
_NIGHT = timedelta(hours=9)


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
        return _BUSY["weekdays"][day.weekday()] * _BUSY["months"][day.month - 1] * (0.8 + 0.4 * passed)

    def a_day(self, rng: Random, first: int = 0, last: int | None = None) -> int:
        """The number of a day from `first` to `last`, both included, busy ones more often."""
        last = len(self.days) - 1 if last is None else last
        before = self._sums[first - 1] if first else 0.0
        wanted = rng.uniform(before, self._sums[last])
        return min(bisect_left(self._sums, wanted), last)

    def a_moment(self, rng: Random, day: int, *, lunch: float = 0.3) -> datetime:
        """A moment of that day at which people eat; `lunch` is the share that comes at noon."""
        weekend = self.days[day].weekday() >= 5
        at_noon = rng.random() < (0.42 if weekend else lunch)
        slot = rng.choice(_BUSY["lunch" if at_noon else "evening"])
        local = datetime.combine(self.days[day], slot, tzinfo=self.zone)
        return (local + timedelta(minutes=rng.randrange(20), seconds=rng.randrange(60))).astimezone(UTC)

    def a_past_moment(self, rng: Random, day: int, now: datetime) -> datetime:
        """A moment of that day as above, or of the day before if it has yet to come."""
        moment = self.a_moment(rng, day)
        return moment if moment <= now else self.a_moment(rng, day - 1)

    def awake(self, moment: datetime) -> datetime:
        """The same moment, or one of the next day if people are asleep."""
        is_day = _WAKING <= moment.astimezone(self.zone).hour < _SLEEPING
        return moment if is_day else moment + _NIGHT
