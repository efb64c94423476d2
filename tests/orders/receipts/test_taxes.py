"""The tax table of a receipt: gross amounts by rate, lines of two rates by their share (PRODUCT S2)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import OrderLine
from orders.receipts.paper.taxes import tax_table

SEVEN, NINETEEN = Decimal("7"), Decimal("19")


def line(cents, rate, second_rate=None, pct=None, quantity=1):
    return OrderLine(
        quantity=quantity,
        unit_price_cents=cents,
        tax_rate=rate,
        second_tax_rate=second_rate,
        second_tax_pct=pct,
    )


def rows(lines, discount=0):
    table = tax_table(lines, discount)
    return [(row.letter, row.rate, row.net_cents, row.tax_cents, row.gross_cents) for row in table.rows]


def test_each_rate_has_its_row_and_its_letter():
    lines = [line(3_850, SEVEN), line(410, NINETEEN)]
    assert rows(lines) == [("A", SEVEN, 3_598, 252, 3_850), ("B", NINETEEN, 345, 65, 410)]
    assert tax_table(lines, 0).letters == ["A", "B"]


def test_a_menu_of_food_and_drinks_is_split_seventy_to_thirty():
    menu = [line(2_000, SEVEN, NINETEEN, 30)]
    assert rows(menu) == [("A", SEVEN, 1_308, 92, 1_400), ("B", NINETEEN, 504, 96, 600)]
    assert tax_table(menu, 0).letters == ["AB"]


def test_a_discount_comes_off_all_rates_in_proportion():
    assert [row[4] for row in rows([line(3_000, SEVEN), line(1_000, NINETEEN)], 400)] == [2_700, 900]


def test_a_rate_that_was_not_told_is_no_rate():
    assert rows([line(1_000, None), line(1_000, SEVEN)])[-1] == ("B", None, 1_000, 0, 1_000)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from([None, SEVEN, NINETEEN]), st.integers(1, 9)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 100),
)
def test_the_table_adds_up_to_the_receipt(parts, percent):
    lines = [line(cents, rate, quantity=quantity) for cents, rate, quantity in parts]
    whole = sum(one.quantity * one.unit_price_cents for one in lines)
    discount = whole * percent // 100
    table = tax_table(lines, discount)
    assert sum(row.gross_cents for row in table.rows) == whole - discount
    assert all(row.net_cents + row.tax_cents == row.gross_cents for row in table.rows)


@pytest.mark.parametrize("count", [1, 27])
def test_letters_never_run_out(count):
    lines = [line(100, Decimal(n)) for n in range(count)]
    assert len(tax_table(lines, 0).rows) == count
