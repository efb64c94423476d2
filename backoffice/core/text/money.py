"""Money is integer cents; these are the only places where text becomes cents or back."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_CENTS = 2_000_000_000  # 20 million; keeps every sum inside 64 bits and every cell inside 32
_PLAIN = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,4})?\Z")
_GROUPED_COMMA = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,4})?\Z")
_GROUPED_POINT = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,4})?\Z")


def parse_cents(value: str) -> int:
    """`12,50`, `12.50`, `1.234,50`, `1,234.50` or `€ 12.50` as cents, rounded half up.

    Raises ValidationError when it is no amount or out of range.
    """
    text = value.strip().strip("€$£").replace("\u00a0", "").replace("EUR", "").strip()
    if _PLAIN.match(text):
        text = text.replace(",", ".")
    elif _GROUPED_COMMA.match(text):
        text = text.replace(",", "")
    elif _GROUPED_POINT.match(text):
        text = text.replace(".", "").replace(",", ".")
    else:
        raise ValidationError(_("This is not an amount, for example 12.50."), code="amount")
    try:
        cents = int((Decimal(text) * 100).to_integral_value(rounding=ROUND_HALF_UP))
    except InvalidOperation:
        raise ValidationError(_("This is not an amount, for example 12.50."), code="amount") from None
    if abs(cents) > MAX_CENTS:
        raise ValidationError(_("This amount is too large."), code="range")
    return cents


def plain(cents: int, decimal: str = ".") -> str:
    """`-1250` as `-12.50`: for files, no grouping, no currency."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole}{decimal}{rest:02d}"


def divide(cents: int, by: int) -> int | None:
    """Cents per unit, rounded half away from zero; None when there is nothing to divide by.

    `divide_sql` says the same in the database.
    """
    if not by:
        return None
    whole = (2 * abs(cents) + by) // (2 * by)
    return whole if cents >= 0 else -whole


def divide_sql(cents: str, by: str) -> str:
    """`divide` as an SQL expression over whole numbers, NULL when there is nothing to divide by."""
    whole = f"(2 * ABS({cents}) + {by}) / NULLIF(2 * {by}, 0)"
    return f"(CASE WHEN {cents} < 0 THEN -1 ELSE 1 END * ({whole}))"
