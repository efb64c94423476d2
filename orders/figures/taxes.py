"""Amounts without tax, and the parts of an amount that bear two rates. Rates are per cent."""

from decimal import Decimal
from functools import lru_cache
from itertools import starmap

from backoffice.core.text.money import divide


def net_cents(
    gross_cents: int, rate: Decimal | None, second_rate: Decimal | None = None, second_pct: int | None = None
) -> int:
    """An amount without tax. `second_pct` per cent of it bear the second rate. No rate, no tax."""
    parts = gross_by_rate(gross_cents, rate, second_rate, second_pct)
    return sum(starmap(_without_tax, parts))


def gross_by_rate(
    gross_cents: int, rate: Decimal | None, second_rate: Decimal | None = None, second_pct: int | None = None
) -> list[tuple[int, Decimal | None]]:
    """(cents, rate) of the parts of an amount; they add up to it."""
    if second_rate is None:
        return [(gross_cents, rate)]
    second = divide(gross_cents * second_pct, 100)
    return [(gross_cents - second, rate), (second, second_rate)]


def _without_tax(cents: int, rate: Decimal | None) -> int:
    return divide(cents * 10_000, 10_000 + _hundredths(rate)) if rate else cents


@lru_cache(maxsize=100)
def _hundredths(rate: Decimal) -> int:
    return int(rate * 100)
