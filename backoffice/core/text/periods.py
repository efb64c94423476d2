"""Days, months and the clock on the wall in a location's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks of the location skip this time."""


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clock shows this; the first of two when clocks are set back.

    Raises NoSuchTime in the hour that is skipped when they are set forward.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime
    return moment


def local_day(moment: datetime, tz: ZoneInfo) -> date:
    return moment.astimezone(tz).date()


def day_start(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=tz)


def month_number(day: date) -> int:
    """Months since year 0, so that differences are numbers of months."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def same_day_before(day: date) -> date:
    """That day of the month before, or its last one."""
    first = month_start(month_number(day) - 1)
    return min(first + timedelta(days=day.day - 1), day.replace(day=1) - timedelta(days=1))


def months_between(first: date, last: date) -> int:
    """Calendar months from one day to another, both included, at least 1."""
    return max(1, month_number(last) - month_number(first) + 1)
