"""Days as people write them in files: ISO, German, Spanish, English, and what spreadsheets make of them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import LOCALES, NO_YEAR
from backoffice.core.text.text import ascii_digits, fold

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
_LONGEST = 60  # no day is longer, and patterns on text of others stay cheap
_MIDNIGHT = re.compile(
    r"[T ,]+(0?0:00(:00(\.0+)?)?(Z|[+-]\d\d:?\d\d)?|12:00(:00)? ?a\.?m\.?)\Z", re.ASCII | re.IGNORECASE
)
_TIME = re.compile(r"[T ,]+\d{1,2}:\d\d.*\Z", re.DOTALL)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z", re.ASCII)
_COMPACT = re.compile(r"([12]\d{3})(\d\d)(\d\d)\Z", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\Z", re.ASCII)
_SIGNS = re.compile(r"(\d{1,2})( ?[/-] ?)(\d{1,2})\2(\d{4})\Z", re.ASCII)
_DAY_AND_NAME = re.compile(
    r"(\d{1,2})(?:\. ?|[ /-])(?:de )?([a-z]{3,10})(?:\. ?|[ /-])(?:de |del )?(\d{4})\Z", re.ASCII
)
_NAME_AND_DAY = re.compile(r"([a-z]{3,10})\.? (\d{1,2}),? (\d{4})\Z", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2}\Z", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}\Z", re.ASCII)  # from 1927 on: four digits are a year
_SERIAL_ZERO = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_MONTH_AND_DAY = re.compile(r"(?:--)?(\d\d)-?(\d\d)\Z", re.ASCII)
_TWO_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.?\Z", re.ASCII)
_TWO_SIGNS = re.compile(r"(\d{1,2}) ?/ ?(\d{1,2})\Z", re.ASCII)
_DAY_AND_MONTH_NAME = re.compile(r"(\d{1,2})(?:\. ?|[ /-])(?:de )?([a-z]{3,10})\.?\Z", re.ASCII)
_MONTH_NAME_AND_DAY = re.compile(r"([a-z]{3,10})\.? (\d{1,2})\Z", re.ASCII)
_NO_DAY = re.compile(r"[0/.\s-]*\Z")


def parse_day(text: str, order: str = "") -> date:
    """`1990-05-03`, `3.5.1990`, `03/05/1990`, `3. Mai 1990`, `3 de mayo de 1990`, `May 3, 1990`, `32996`.

    A time of midnight may follow. `order` (DAY_FIRST or MONTH_FIRST) reads `03/05/1990`; without it
    such a day raises ValidationError with the code `ambiguous_date`. Anything else that is no day
    between 1900 and 2200 raises ValidationError too.
    """
    if len(text) > _LONGEST:
        raise _not_a_day("")
    text = _MIDNIGHT.sub("", ascii_digits(text).strip())
    if not text.isascii() or not text.isdigit():
        parts = _parts(text, order)
    elif _SERIAL.match(text):
        return _SERIAL_ZERO + timedelta(days=int(text))
    else:
        parts = _numbers(_COMPACT.match(text))
    if parts is None:
        raise _not_a_day(text)
    try:
        day = date(*parts)
    except ValueError:
        raise ValidationError(_("There is no such day."), code="date") from None
    if not _EARLIEST <= day < _LATEST:
        raise ValidationError(_("There is no such day."), code="date")
    return day


def parse_birthday(text: str, order: str, today: date) -> date | None:
    """A day as `parse_day` reads it, or one without a year, which then is NO_YEAR: `--03-07`, `03-07`,
    `7.3.`, `7. März`, `7/3` (by `order`). None for a day of zeros. Raises ValidationError.
    """
    if len(text) > _LONGEST:
        raise _not_a_day("")
    text = ascii_digits(text).strip()
    if "0" in text and _NO_DAY.match(text):
        return None
    if parts := _without_year(text, order):
        try:
            return date(NO_YEAR, *parts)
        except ValueError:
            raise ValidationError(_("There is no such day."), code="date") from None
    day = parse_day(text, order)
    if day > today:
        raise ValidationError(_("This day cannot be a birthday."), code="birthday")
    return day


def _without_year(text: str, order: str) -> tuple[int, int] | None:
    """Month and day of a text that names no year."""
    if parts := _numbers(_MONTH_AND_DAY.match(text) if "-" in text else None):
        return parts
    if parts := _numbers(_TWO_POINTS.match(text)):
        return parts[::-1]
    if parts := _numbers(_TWO_SIGNS.match(text)):
        return _by_order(*parts, NO_YEAR, order)[1:]
    words = fold(text)
    if match := _DAY_AND_MONTH_NAME.match(words):
        parts = _by_name(match[2], match[1], str(NO_YEAR))
    elif match := _MONTH_NAME_AND_DAY.match(words):
        parts = _by_name(match[1], match[2], str(NO_YEAR))
    return parts[1:] if parts else None


def iso_day(day: date) -> str:
    """`1990-03-07`, without a year `--03-07` (ISO 8601 as vCards write it)."""
    return f"--{day:%m-%d}" if day.year == NO_YEAR else day.isoformat()


def _parts(text: str, order: str) -> tuple[int, int, int] | None:
    """Year, month and day of a text that is no bare number."""
    if parts := _numbers(_ISO.match(text)):
        return parts
    if parts := _numbers(_POINTS.match(text)):
        return parts[::-1]
    if match := _SIGNS.match(text):
        return _by_order(int(match[1]), int(match[3]), int(match[4]), order)
    words = fold(text)
    if match := _DAY_AND_NAME.match(words):
        return _by_name(match[2], match[1], match[3])
    if match := _NAME_AND_DAY.match(words):
        return _by_name(match[1], match[2], match[3])
    return None


def _numbers(match: re.Match | None) -> tuple[int, ...] | None:
    return tuple(int(part) for part in match.groups()) if match else None


def _by_order(first: int, second: int, year: int, order: str) -> tuple[int, int, int]:
    order = _order_of(first, second) or order
    if order == "equal":
        order = DAY_FIRST
    if not order:
        message = _("This day can be read two ways. Choose whether the day or the month comes first.")
        raise ValidationError(message, code="ambiguous_date")
    return (year, second, first) if order == DAY_FIRST else (year, first, second)


def _order_of(first: int, second: int) -> str:
    if first == second:
        return "equal"
    if first > 12:
        return DAY_FIRST
    return MONTH_FIRST if second > 12 else ""


def _by_name(name: str, day: str, year: str) -> tuple[int, int, int] | None:
    month = _month_numbers().get(name)
    return (int(year), month, int(day)) if month else None


@cache
def _month_numbers() -> dict[str, int]:
    """Months by their folded names in three languages, full and abbreviated."""
    numbers = {}
    for locale in LOCALES.values():
        for width in ("abbreviated", "wide"):
            for number, name in Locale.parse(locale).months["format"][width].items():
                numbers[fold(name).rstrip(".")] = number
    return numbers | {"janner": 1, "mrz": 3, "sept": 9, "set": 9}


def day_order(values: Iterable[str]) -> str | None:
    """How the days of a column are written: DAY_FIRST, MONTH_FIRST, or "" when nothing tells.

    None when no value leaves a doubt. Values that contradict each other tell nothing.
    """
    told, doubtful = set(), False
    for value in values:
        text = _TIME.sub("", ascii_digits(value[:_LONGEST]).strip())
        if match := _SIGNS.match(text) or _TWO_SIGNS.match(text):
            order = _order_of(int(match[1]), int(match[(match.re.groups > 2 and 3) or 2]))
            doubtful = doubtful or not order
            told |= {order} - {"", "equal"}
    if len(told) == 1:
        return told.pop()
    return "" if doubtful else None


def _not_a_day(text: str) -> ValidationError:
    if _SHORT_YEAR.match(text):
        return ValidationError(_("Write the year with four digits, for example 1990-12-31."), code="year")
    return ValidationError(_("This is not a day, for example 1990-12-31."), code="date")
