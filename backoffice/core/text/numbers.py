"""Numbers as people write them, in any script: the one reader of amounts, points and whole numbers."""

import re
from decimal import Decimal

from backoffice.core.text.text import ascii_digits, without_invisible

# Apostrophes of Swiss typewriters and of the Arabic script group; its own decimal sign does nothing else.
_SIGNS = str.maketrans({**dict.fromkeys("’‘ʼ`´′٬", "'"), **dict.fromkeys("−–—－", "-"), "．": ".", "，": ","})
_NUMBER = re.compile(
    r"(?P<sign>[-+]?) ?"
    r"(?:(?P<grouped>[1-9]\d{0,2}(?P<group>[ '.,])\d{3}(?:(?P=group)\d{3})*)|(?P<plain>\d{1,15}))"
    r"(?:(?!(?P=group))(?P<point>[.,٫])(?P<part>\d{1,15}))?\Z",
    re.ASCII,
)
_ONE_SIGN = re.compile(r"\d{1,3}[.,]\d{3}\Z", re.ASCII)


def plain_signs(text: str) -> str:
    """With ASCII digits, one kind of space, apostrophe and minus, and without what nobody sees."""
    return " ".join(ascii_digits(without_invisible(text)).translate(_SIGNS).split())


def parse_number(text: str, decimals: int = 0) -> Decimal | None:
    """`1234,5`, `1.234,50`, `1,234.50`, `1 234,50`, `1'234.50`, `-1.250.000`; None for what is no number.

    One separator with exactly three digits behind it groups thousands: `1.250` is 1250. Not behind a
    leading 0, and not where amounts have three decimals (KWD): there every till and every file of
    ours writes all three, and grouping is told by a second sign (`1,250.000`) or by a space.
    """
    text = plain_signs(text)
    match = _NUMBER.match(text)
    if not match:
        return None
    whole, part = match["grouped"] or match["plain"], match["part"] or "0"
    if decimals == 3 and not match["part"] and _ONE_SIGN.match(whole):
        whole, part = re.split("[.,]", whole)
    return Decimal(f"{match['sign']}{re.sub('[^0-9]', '', whole)}.{part}")


def parse_whole(text: str) -> int | None:
    """`1.234`, `1 234`, `1.234,00` or `250.0` as a whole number; None for anything else."""
    number = parse_number(text)
    return int(number) if number is not None and number == int(number) else None
