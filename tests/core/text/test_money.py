"""Amounts: what people write becomes cents and back, to the cent."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.money import MAX_CENTS, divide, parse_cents, plain


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("12.50", 1250),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1.234.567,89", 123456789),
        ("€ 12.50", 1250),
        ("12,50\u00a0€", 1250),
        ("12.50 EUR", 1250),
        ("-3,10", -310),
        ("0.005", 1),
        ("0.0049", 0),
    ],
)
def test_amounts_are_read_with_comma_or_point(text, cents):
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["", "x", "12,50,30", "1e5", "12 50", "--1", "1.23.4", "٣", "9" * 12, "∞", "NaN"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        parse_cents(text)


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from([".", ","]))
def test_writing_and_reading_keeps_every_cent(cents, decimal):
    assert parse_cents(plain(cents, decimal)) == cents


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.integers(1, 10_000))
def test_dividing_is_never_off_by_more_than_half_a_cent(cents, by):
    assert abs(divide(cents, by) * by - cents) * 2 <= by


def test_nothing_to_divide_by_is_empty():
    assert divide(100, 0) is None
