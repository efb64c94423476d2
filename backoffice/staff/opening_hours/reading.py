"""Hours as people write them: `11:30–14:30, 17:30–23:00`; empty means closed."""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import ascii_digits, clean

LONGEST = 80
MOST = 4
_RANGE = re.compile(
    r"(\d{1,2})(?:[:.](\d\d))?(?: ?h| ?Uhr)? ?[-–—] ?(\d{1,2})(?:[:.](\d\d))?(?: ?h| ?Uhr)?\Z",
    re.ASCII | re.IGNORECASE,
)


def parse_hours(text: str) -> list[tuple[time, time]]:
    """Ranges in order. Raises ValidationError for what is none, for overlaps and more than four."""
    text = clean(ascii_digits(text[: LONGEST + 1]))
    parts = [part.strip() for part in re.split("[,;]", text) if part.strip()]
    if len(text) > LONGEST or len(parts) > MOST:
        raise _unreadable()
    ranges = sorted(_range(part) for part in parts)
    for number, (opens, closes) in enumerate(ranges):
        is_last = number == len(ranges) - 1
        if (closes <= opens and not is_last) or (not is_last and closes > ranges[number + 1][0]):
            raise ValidationError(_("These hours overlap."), code="overlap")
    return ranges


def _range(text: str) -> tuple[time, time]:
    match = _RANGE.match(text)
    if not match:
        raise _unreadable()
    opens, closes = _time(match[1], match[2]), _time(match[3], match[4])
    if opens == closes:
        raise _unreadable()
    return opens, closes


def _time(hour: str, minute: str | None) -> time:
    """24:00 is midnight."""
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        return time(0)
    if hours > 23 or minutes > 59:
        raise _unreadable()
    return time(hours, minutes)


def write_hours(ranges) -> str:
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in ranges)


def _unreadable() -> ValidationError:
    return ValidationError(_("Write hours as 11:30–14:30, 17:30–23:00; empty means closed."), code="hours")
