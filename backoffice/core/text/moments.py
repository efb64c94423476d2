"""Moments as people write them in files."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.days import DAY_FIRST
from backoffice.core.text.text import ascii_digits

_LONGEST = 60  # no moment is longer, and patterns on text of others stay cheap
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)(?:,?[ T](.+))?\Z", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?:,?[ T](.+))?\Z", re.ASCII)
_TWO_WAYS = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}", re.ASCII)
_SHORT_HOUR = re.compile(r"([T ])(\d):")
_HALF_DAY = re.compile(r"([T ])(\d{1,2})(:\d\d(?::\d\d)?) ?([ap])\.?m\.?\Z", re.ASCII | re.IGNORECASE)
_ZONE = re.compile(r"(\d) (?:(UTC|GMT|Z)|([+-]\d\d:?\d\d))(?: \([^)]*\))?\Z", re.IGNORECASE)
_FIRST_YEAR = 1980


def parse_moment(text: str, zone: ZoneInfo, order: str = "") -> datetime:
    """`2026-11-21T18:30:00+01:00`, `2026-11-21 18:30`, `21.11.2026 18:30` or `11/21/2026 6:30 PM`, aware, in
    UTC.

    Without a zone it is local time in `zone`: an hour that the clocks repeat is the first of the
    two, one that they skip is moved on by the hour that was skipped. `order` (days.DAY_FIRST or
    MONTH_FIRST) reads `03/05/2026`; without it such a day raises ValidationError with the code
    `ambiguous_date`, as anything else does that is no moment.
    """
    if len(text) > _LONGEST:
        raise _no_moment()
    text = _ZONE.sub(lambda zone: f"{zone[1]}{zone[3] or 'Z'}", ascii_digits(text))
    text = _HALF_DAY.sub(_as_whole_day, text)
    if points := _POINTS.match(text):
        day, month, year, time = points.groups()
        text = _iso(year, month, day, time)
    elif order and (signs := _SLASHES.match(text)):
        first, _sign, second, year, time = signs.groups()
        month, day = (second, first) if order == DAY_FIRST else (first, second)
        text = _iso(year, month, day, time)
    elif _TWO_WAYS.match(text):
        raise ValidationError(
            _("This date can be read two ways. Write it as 2026-11-21."), code="ambiguous_date"
        )
    try:
        moment = datetime.fromisoformat(_SHORT_HOUR.sub(r"\g<1>0\2:", text))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if aware.year < _FIRST_YEAR or aware.year > 9000:
            raise ValueError
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_moment() from None


def _iso(year: str, month: str, day: str, time: str | None) -> str:
    return f"{year if len(year) == 4 else f'20{year}'}-{month:0>2}-{day:0>2}T{time or '00:00'}"


def _as_whole_day(match: re.Match) -> str:
    """`6:30 PM` as `18:30`; an hour that no clock shows stays as it is, and is refused."""
    before, hour, rest, half = match.groups()
    if not 1 <= int(hour) <= 12:
        return match[0]
    return f"{before}{int(hour) % 12 + (12 if half in 'pP' else 0):02}{rest}"


def _no_moment() -> ValidationError:
    return ValidationError(_("This is not a date with time, for example 2026-11-21T18:30."), code="date")
