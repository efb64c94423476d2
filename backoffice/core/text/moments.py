"""Moments as people write them in files."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import ascii_digits

_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?[ T](.+))?\Z")
_SLASHES = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")
_SHORT_HOUR = re.compile(r"([T ])(\d):")
_ZONE = re.compile(r"(\d) (?:(UTC|GMT|Z)|([+-]\d\d:?\d\d))(?: \([^)]*\))?\Z", re.IGNORECASE)
_FIRST_YEAR = 1980


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """`2026-11-21T18:30:00+01:00`, `2026-11-21 18:30` or `21.11.2026 18:30`, aware, in UTC.

    Without a zone it is local time in `zone`: an hour that the clocks repeat is the first of the
    two, one that they skip is moved on by the hour that was skipped. Raises ValidationError.
    """
    text = _ZONE.sub(lambda zone: f"{zone[1]}{zone[3] or 'Z'}", ascii_digits(text))
    if _SLASHES.match(text):
        raise ValidationError(
            _("This date can be read two ways. Write it as 2026-11-21."), code="ambiguous_date"
        )
    german = _GERMAN.match(text)
    if german:
        day, month, year, time = german.groups()
        text = f"{year}-{month:0>2}-{day:0>2}T{time or '00:00'}"
    try:
        moment = datetime.fromisoformat(_SHORT_HOUR.sub(r"\g<1>0\2:", text))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if aware.year < _FIRST_YEAR or aware.year > 9000:
            raise ValueError
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError(
            _("This is not a date with time, for example 2026-11-21T18:30."), code="date"
        ) from None
