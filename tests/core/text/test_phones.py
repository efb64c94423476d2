"""Phones: every national spelling in, E.164 stored, and what people type finds it again."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.phones import (
    international,
    is_e164,
    normalise_phone,
    read_phone,
    search_digits,
    typed_digits,
)

SPELLINGS = [
    ("DE", "0171 392 00 12", "+491713920012"),
    ("DE", "0171/3920012", "+491713920012"),
    ("DE", "+49 (0)171 39200-12", "+491713920012"),
    ("DE", "0049 171 3920012", "+491713920012"),
    ("DE", "tel:+49-171-3920012", "+491713920012"),
    ("DE", "(030) 23125 018", "+493023125018"),
    ("DE", "\u202a+49\u202f171\u20093920\u200b012\u202c", "+491713920012"),
    ("DE", "0171\t3920012", "+491713920012"),
    ("DE", "0049171/3920012", "+491713920012"),
    ("AT", "0664 1234567", "+436641234567"),
    ("AT", "01 5123456", "+4315123456"),
    ("CH", "079 123 45 67", "+41791234567"),
    ("ES", "600 000 014", "+34600000014"),
    ("ES", "91.123.45.67", "+34911234567"),
    ("IT", "06 698 12345", "+390669812345"),
    ("IT", "347 1234567", "+393471234567"),
    ("FR", "06 12 34 56 78", "+33612345678"),
    ("GB", "07700 900123", "+447700900123"),
    ("GB", "+44 (0) 20 7946 0018", "+442079460018"),
    ("US", "(202) 555-0143", "+12025550143"),
    ("US", "001 202 555 0143", "+12025550143"),
    ("DE", "+1 202-555-0143", "+12025550143"),
]


@pytest.mark.parametrize(("region", "typed", "stored"), SPELLINGS)
def test_national_spellings_are_stored_as_one_number(region, typed, stored):
    assert normalise_phone(typed, region) == stored


@pytest.mark.parametrize(("region", "typed", "stored"), SPELLINGS)
def test_what_was_typed_finds_the_stored_number(region, typed, stored):
    digits = typed_digits(typed.removeprefix("tel:"))

    assert digits
    assert digits in search_digits(stored)


@pytest.mark.parametrize("stored", sorted({stored for _, _, stored in SPELLINGS}))
def test_the_international_form_reads_back_as_the_same_number(stored):
    shown = international(stored)

    assert shown.startswith("+")
    assert normalise_phone(shown.replace("\u00a0", " "), "FR") == stored


@pytest.mark.parametrize("figure", ["491713920012.0", "1713920012.00", "491713920012,0"])
def test_a_number_that_a_program_took_for_a_figure_gets_no_digit_more(figure):
    assert normalise_phone(figure, "DE") == "+491713920012"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0800-PIZZA", "letters"),
        ("0171 39x", "letters"),
        ("4.9171E+11", "scientific"),
        ("4,9171E11", "scientific"),
        ("491714000000", "scientific"),
        ("34612300000", "scientific"),
        ("-491713920012", "invalid"),
        ("491713920012.5", "invalid"),
        ("+49171123 +49171456", "several"),
        ("0301234/0301235", "several"),
        ("06221 12345/12346", "several"),
        ("030 123456 / 030 123457", "several"),
        ("0171 1234567 oder 0172 1234567 abends ab 18 Uhr", "several"),
        ("12", "short"),
        ("+49", "short"),
        ("++++", "several"),
        ("+49 171 " + "1" * 25, "invalid"),
        *(("0171 392O087", "letters"), ("0171 3920087 2. Stock", "letters"), ("Kd-Nr. 1234567", "letters")),
        *(("ask Otto", "letters"), ("0171 1234567 / Büro 0172 1234567", "several")),
        *(("0171 3920087/88 Büro", "several"), ("Tel. " * 30 + "0171 3920087", "several")),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(typed, code):
    with pytest.raises(ValidationError) as caught:
        normalise_phone(typed, "DE")
    assert caught.value.code == code


@given(st.text(max_size=60), st.sampled_from(["DE", "AT", "CH", "ES", "IT", "FR", "GB", "US"]))
def test_any_text_is_a_number_or_a_clear_refusal(text, region):
    try:
        stored = normalise_phone(text, region)
    except ValidationError as error:
        assert error.messages
    else:
        assert is_e164(stored)
        assert normalise_phone(stored, "ES") == stored


@pytest.mark.parametrize("words", ["Müller", "anna@example.org", "0171 anna", "", "  "])
def test_words_are_no_phone_search(words):
    assert typed_digits(words) == ""


@pytest.mark.parametrize(
    ("typed", "stored", "beside"),
    [
        ("030 23125084 ext 11", "+493023125084", "ext. 11"),
        ("030 23125084x11", "+493023125084", "ext. 11"),
        ("030 23125084 Durchwahl 11", "+493023125084", "Durchwahl 11"),
        ("0171 3920087 privat", "+491713920087", "privat"),
        ("Mobil: 0171 3920088", "+491713920088", "Mobil"),
        ("Tel. +49 (0)171/3920088", "+491713920088", "Tel."),
        ("+49 0171 3920088 (Mama)", "+491713920088", "(Mama)"),
        ("0171 3920087, Mo-Fr 9-17 Uhr", "+491713920087", "Mo-Fr 9-17 Uhr"),
        ("०१७१ ३९२००८७ घर", "+491713920087", "घर"),
        ("０１７１－３９２００８７", "+491713920087", ""),
        ("٠١٧١٣٩٢٠٠١٢", "+491713920012", ""),
        ("\u202a+49 171 3920012\u202c", "+491713920012", ""),
        ("TEL:+49-171-3920012", "+491713920012", ""),
    ],
)
def test_a_label_beside_a_number_is_kept_apart(typed, stored, beside):
    phone = read_phone(typed, "DE")
    assert (phone.e164, phone.beside) == (stored, beside)
