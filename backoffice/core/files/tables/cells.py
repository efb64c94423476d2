"""What the cells of a worksheet say, as text: numbers plain, dates in ISO form."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite

from backoffice.core.files.tables.package import Package
from backoffice.core.files.tables.xml_parts import damaged

# Built-in formats for days and times of day, those of Asian Excels included (ECMA-376, 18.8.30).
_BUILT_IN = {
    **dict.fromkeys([14, 15, 16, 17, *range(27, 37), *range(50, 59)], "yyyy-mm-dd"),
    **dict.fromkeys([18, 19, 20, 21, 45, 46, 47], "hh:mm"),
    22: "yyyy-mm-dd hh:mm",
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile("0{2,}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN_DIGITS = 21
_FIRST_1900, _FIRST_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LEAP_DAY_THAT_NEVER_WAS = 60  # Excel counts 29 February 1900
_SECONDS_A_DAY = 86_400


def number_formats(package: Package, path: str) -> list[str]:
    """By style: `date`, `time`, `0000` (digits to fill up to) or "" for a plain number."""
    codes = dict(_BUILT_IN)
    styles = []
    for around, name, attributes in package.elements(path, {"numFmt", "xf"}):
        number = attributes.get("numFmtId", "0")
        if name == "numFmt" and around == "numFmts":
            codes[_number(number, path)] = attributes.get("formatCode", "")
        elif name == "xf" and around == "cellXfs":
            styles.append(_number(number, path))
    return [_kind(codes.get(number, "")) for number in styles]


def _number(text: str, place: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise damaged(place) from None


def _kind(code: str) -> str:
    code = _LITERAL.sub("", code).split(";")[0].lower()
    if _ZEROS.fullmatch(code):
        return code
    if "general" in code:
        return ""
    if "y" in code or "d" in code:
        return "date"
    if "h" in code or "s" in code:
        return "time"
    return "date" if "m" in code else ""


def number_text(raw: str, number_format: str, *, since_1904: bool) -> str:
    """A stored number as text. Raises ValueError when it is none, or no date under a date format."""
    if not _NUMBER.fullmatch(raw):
        raise ValueError(raw)
    if number_format in ("date", "time"):
        try:
            return _moment(float(raw), number_format, since_1904)
        except OverflowError:
            raise ValueError(raw) from None
    text = raw if raw.isdigit() else _plain(float(raw))
    return text.zfill(len(number_format)) if text.isdigit() else text


def _plain(number: float) -> str:
    """Without exponent, and without the noise behind the fifteenth digit that Excel does not show."""
    text = f"{number:.15g}"
    if "e" not in text and "n" not in text:  # n as in inf and nan
        return text
    if not isfinite(number):
        raise ValueError(number)
    if abs(Decimal(text).adjusted()) > _PLAIN_DIGITS:
        return repr(number)
    return format(Decimal(text), "f")


def _moment(serial: float, number_format: str, since_1904: bool) -> str:
    days, seconds = divmod(round(serial * _SECONDS_A_DAY), _SECONDS_A_DAY)
    if number_format == "time" and days == 0:
        return (datetime.min + timedelta(seconds=seconds)).time().isoformat()
    if days < 0 or (days == _LEAP_DAY_THAT_NEVER_WAS and not since_1904):
        raise ValueError(serial)
    if since_1904:
        day = _FIRST_1904 + timedelta(days)
    else:
        day = _FIRST_1900 + timedelta(days + (days < _LEAP_DAY_THAT_NEVER_WAS))
    return (day + timedelta(seconds=seconds)).isoformat() if seconds else day.date().isoformat()
