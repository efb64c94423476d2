"""Amounts: what people write becomes cents and back, to the cent, in the decimals of each currency."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.formats import Formats
from backoffice.core.text.money import MAX_CENTS, _currencies, decimals_of, divide, parse_cents, plain

NOW = datetime(2026, 11, 12, tzinfo=UTC)
CURRENCIES = ["EUR", "CHF", "USD", "MXN", "HUF", "JPY", "CLP", "KWD"]


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
        ("12,50 Euro", 1250),
        ("-3,10", -310),
        ("\u2212€3.10", -310),
        ("€ -3,10", -310),
        ("3,10-", -310),
        ("0.005", 1),
        ("0.0049", 0),
        ("12,-", 1200),
        ("12.–", 1200),
    ],
)
def test_amounts_are_read_with_comma_or_point(text, cents):
    assert parse_cents(text, "EUR") == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.250", 125_000),
        ("1,250", 125_000),
        ("1 250", 125_000),
        ("1'250", 125_000),
        ("999.000 €", 99_900_000),
        ("1.250.000", 125_000_000),
        ("1 234,50", 123_450),
        ("1\u202f234,50", 123_450),
        ("1'234.50", 123_450),
        ("1’234.50", 123_450),
        ("0.125", 13),
        ("1250.000", 125_000),
    ],
)
def test_one_separator_and_three_digits_are_thousands(text, cents):
    assert parse_cents(text, "EUR") == cents


@pytest.mark.parametrize("text", ["١٬٢٥٠٫٥٠", "１，２５０．５０", "१२५०.५", "\u200e1.250,50\u200f €"])
def test_the_digits_of_every_script_are_digits(text):
    assert parse_cents(text, "EUR") == 125_050


@pytest.mark.parametrize(
    "text",
    ["", "x", "12,50,30", "1e5", "12 50", "--1", "1.23.4", "9" * 12, "∞", "NaN", "1.250.00", "€", "12,5 x"],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        parse_cents(text, "EUR")


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        *(("EUR", "$ 12.50"), ("EUR", "12,50 CHF"), ("EUR", "12.50 usd"), ("EUR", "£5"), ("CHF", "€ 12.50")),
        *(("USD", "12.50 €"), ("JPY", "12 EUR"), ("HUF", "$12")),
    ],
)
def test_another_currency_is_refused_never_dropped(currency, text):
    with pytest.raises(ValidationError, match=f"Amounts are in {currency} here") as caught:
        parse_cents(text, currency)
    assert caught.value.code == "currency"


@pytest.mark.parametrize(
    ("currency", "text", "cents"),
    [
        *(("CHF", "Fr. 12.50", 1250), ("CHF", "CHF 1'250.–", 125_000), ("HUF", "1 250 Ft", 125_000)),
        *(("USD", "$12.50", 1250), ("MXN", "$ 1,250.50", 125_050), ("PLN", "12,50 zł", 1250)),
        *(("CZK", "250 Kč", 25_000), ("SEK", "99 kr", 9_900), ("GBP", "£1,250", 125_000)),
        *(("JPY", "¥1,250", 1_250), ("JPY", "1250円", 1_250), ("JPY", "1.250.000", 1_250_000)),
        *(("CLP", "$ 12.500", 12_500), ("CLP", "12500,00", 12_500), ("JPY", "1250.5", 1_251)),
    ],
)
def test_each_house_writes_its_own_currency(currency, text, cents):
    assert parse_cents(text, currency) == cents


@pytest.mark.parametrize(
    ("text", "fils"),
    [
        *(("1.250", 1_250), ("1,250", 1_250), ("12.500 KWD", 12_500), ("0.125", 125)),
        *(("1,250.000", 1_250_000), ("1 250", 1_250_000), ("1.250.000", 1_250_000_000), ("1250", 1_250_000)),
    ],
)
def test_three_digits_are_decimals_where_the_currency_has_three(text, fils):
    assert parse_cents(text, "KWD") == fils


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from([".", ","]), st.sampled_from(CURRENCIES))
def test_writing_and_reading_keeps_every_cent(cents, sign, currency):
    assert parse_cents(plain(cents, decimals_of(currency), sign), currency) == cents


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from(["de", "es", "en"]), st.sampled_from(CURRENCIES))
def test_what_a_page_shows_is_read_back(cents, language, currency):
    shown = Formats(language, currency, ZoneInfo("UTC"), NOW).money(cents)
    assert parse_cents(shown, currency) == cents


def test_stored_amounts_keep_their_meaning_when_the_library_is_renewed():
    """Decimals come from CLDR; if one of them moves, stored amounts of that currency must move too."""
    decimals = {code: get_currency_precision(code) for code in _currencies()}

    three = {code for code, number in decimals.items() if number == 3}
    none = {code for code, number in decimals.items() if number == 0}
    assert " ".join(sorted(three)) == "BHD JOD KWD LYD OMR TND"
    assert " ".join(sorted(none)) == (
        "AFN ALL BIF CLP DJF GNF IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PYG RSD RWF SOS SYP UGX "
        "VND VUV XAF XOF XPF YER"
    )
    assert set(decimals.values()) == {0, 2, 3}


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.integers(1, 10_000))
def test_dividing_is_never_off_by_more_than_half_a_cent(cents, by):
    assert abs(divide(cents, by) * by - cents) * 2 <= by


def test_nothing_to_divide_by_is_empty():
    assert divide(100, 0) is None


@pytest.mark.parametrize("text", ["1" * 61, "1" + " " * 10_000 + "€", "€" * 10_000, "1." * 5_000])
def test_nothing_longer_than_an_amount_is_read(text):
    began = time.perf_counter()
    with pytest.raises(ValidationError):
        parse_cents(text, "EUR")
    assert time.perf_counter() - began < 0.5
