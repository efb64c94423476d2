"""Money is integer cents; these are the only places where text becomes cents or back.

`cents` are the smallest unit of the organisation's currency, whatever it is called: a yen has no
smaller one, a Kuwaiti dinar has a thousand.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import (
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
    is_currency,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.numbers import parse_number, plain_signs

_LONGEST = 60  # no amount is longer, with its currency
MAX_CENTS = 2_000_000_000  # 20 million; keeps every sum inside 64 bits and every cell inside 32
_LOCALES = ("de_DE", "es_ES", "en_GB")
_ALSO_WRITTEN = {"CHF": ("Fr.", "SFr."), "KWD": ("KD",)}
_NO_CENTS = re.compile(r"(\d)[.,]-{1,2}\Z")  # 12,–
_WORDS = re.compile(r"[^\W\d_]+|[$\u00a2-\u00a5\u20a0-\u20cf]")


@cache
def decimals_of(currency: str) -> int:
    """How many decimals amounts of a currency (ISO 4217) have: EUR 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


def cents_per_unit(currency: str) -> int:
    return 10 ** decimals_of(currency)


@cache
def _currencies() -> frozenset[str]:
    """Codes of the money that some country pays with today."""
    territories = get_global("territory_currencies")
    return frozenset(code for territory in territories for code in get_territory_currencies(territory))


def validate_currency(value: str) -> None:
    if value not in _currencies():
        raise ValidationError(_("This is not a known currency, for example EUR."), code="currency")


def parse_cents(value: str, currency: str) -> int:
    """`12,50`, `1.250`, `1.234,50`, `1'234.50`, `€ 12.50` or `12,–` as cents, rounded half up.

    Which separators group is said by `parse_number`. Raises ValidationError when it is no amount,
    out of range, or an amount in another currency.
    """
    if len(value) > _LONGEST:
        raise _not_an_amount(value[:_LONGEST], currency)
    match = _around(currency).fullmatch(plain_signs(value).casefold())
    amount = _NO_CENTS.sub(r"\1", match["amount"])
    minus, amount = ("-", amount[:-1]) if amount.endswith("-") else (match["minus"], amount)
    number = parse_number(f"{minus}{amount}", decimals_of(currency))
    if number is None:
        raise _not_an_amount(amount, currency)
    cents = int((number * cents_per_unit(currency)).to_integral_value(rounding=ROUND_HALF_UP))
    if abs(cents) > MAX_CENTS:
        raise ValidationError(_("This amount is too large."), code="range")
    return cents


@cache
def _around(currency: str) -> re.Pattern:
    """An amount with what may stand around it: the house's own currency, by sign, code or name."""
    own = "|".join(sorted(map(re.escape, _written(currency)), key=len, reverse=True))
    return re.compile(rf"(?P<minus>[-+]?) ?(?:{own})? ?(?P<amount>.*?) ?(?:{own})?")


def _written(currency: str) -> set[str]:
    """How people write a currency: here, and in the country whose code its own begins with."""
    words = {currency, *_ALSO_WRITTEN.get(currency, ())}
    for code in (*_LOCALES, f"und_{currency[:2]}"):
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue  # EU is no country
        words.add(get_currency_symbol(currency, locale))
        words |= {get_currency_name(currency, count, locale) for count in (None, 1, 2)}
    folded = {plain_signs(word).casefold() for word in words}
    return folded | {word.rstrip(".") for word in folded}


def _not_an_amount(text: str, currency: str) -> ValidationError:
    words = {word.upper() for word in _WORDS.findall(text)} - {currency}
    if any(not word.isalpha() or is_currency(word) for word in words):
        message = _("Amounts are in %(currency)s here. Convert this one, and leave out its currency.")
        return ValidationError(message, code="currency", params={"currency": currency})
    return ValidationError(_("This is not an amount, for example 12.50."), code="amount")


def plain(cents: int, decimals: int, sign: str = ".") -> str:
    """`-1250` as `-12.50`: for files, no grouping, no currency; `sign` stands before the decimals."""
    minus = "-" if cents < 0 else ""
    if not decimals:
        return f"{minus}{abs(cents)}"
    whole, rest = divmod(abs(cents), 10**decimals)
    return f"{minus}{whole}{sign}{rest:0{decimals}d}"


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


def allocate(cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to the weights; the parts are whole cents and add up to it.

    What rounding leaves goes to the largest remainders, the first of equals. All weights 0: all 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [cents * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(cents * weights[place] % whole))
    for place in by_remainder[: cents - sum(parts)]:
        parts[place] += 1
    return parts
