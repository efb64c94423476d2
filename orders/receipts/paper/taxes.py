"""The tax table of a receipt: gross amounts by rate, and what of them is tax."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase

from backoffice.core.text.money import allocate
from orders.figures import gross_by_rate, net_cents
from orders.models import OrderLine


@dataclass(frozen=True)
class TaxRow:
    """One rate (per cent; None was not told): its letter on the lines, and cents. Net and tax make gross."""

    letter: str
    rate: Decimal | None
    net_cents: int
    gross_cents: int

    @property
    def tax_cents(self) -> int:
        return self.gross_cents - self.net_cents


@dataclass(frozen=True)
class TaxTable:
    """`rows` by rate, and the letters of each line in the order of the lines."""

    rows: list[TaxRow]
    letters: list[str]


def tax_table(lines: Sequence[OrderLine], discount_cents: int) -> TaxTable:
    """Split the lines by their rates, a line with two by its share; discounts come off all in proportion.

    The gross amounts add up to the receipt's total, whatever is rounded.
    """
    parts = [
        gross_by_rate(
            line.quantity * line.unit_price_cents, line.tax_rate, line.second_tax_rate, line.second_tax_pct
        )
        for line in lines
    ]
    rates = sorted({rate for part in parts for _, rate in part}, key=lambda rate: (rate is None, rate))
    letter = dict(zip(rates, ascii_uppercase, strict=False))
    gross = [sum(cents for part in parts for cents, rate in part if rate == one) for one in rates]
    less = allocate(discount_cents, gross)
    rows = [
        TaxRow(letter.get(rate, "*"), rate, net_cents(cents - off, rate), cents - off)
        for rate, cents, off in zip(rates, gross, less, strict=True)
    ]
    return TaxTable(rows, ["".join(letter.get(rate, "*") for _, rate in part) for part in parts])
