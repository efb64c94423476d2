"""Between the clock on the wall of a location and moments."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

EVENING = time(16)  # the day is shown in two parts


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
