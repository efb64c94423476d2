"""Days as files write them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.days import DAY_FIRST, MONTH_FIRST, day_order, iso_day, parse_birthday, parse_day
from backoffice.core.text.formats import NO_YEAR, local_birthday

MAY_3 = date(1990, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("1990-05-03", "1990/05/03", "1990-5-3", "19900503", "03.05.1990", "3.5.1990", "3. 5. 1990"),
        *("1990-05-03 00:00:00", "1990-05-03T00:00:00", "03.05.1990 00:00", "1990-05-03T00:00:00Z"),
        *("3. Mai 1990", "03 mayo 1990", "3 de mayo de 1990", "3 de mayo del 1990", "May 3, 1990"),
        *("3 May 1990", "3-May-1990", "mayo 3 1990", "32996", " 1990-05-03 "),
        *("3.Mai 1990", "03.Mai.1990", "3/may/1990", "May 3, 1990 12:00:00 AM"),
    ],
)
def test_every_clear_spelling_is_the_same_day(text):
    assert parse_day(text) == MAY_3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/1990", date(1990, 12, 31)),
        ("12/31/1990", date(1990, 12, 31)),
        ("12/31/1990 12:00 AM", date(1990, 12, 31)),
        ("31 / 12 / 1990", date(1990, 12, 31)),
        ("31-12-1990", date(1990, 12, 31)),
        ("5/5/1990", date(1990, 5, 5)),
        ("3. März 1990", date(1990, 3, 3)),
        ("1. Jänner 1990", date(1990, 1, 1)),
        ("2 septiembre 1990", date(1990, 9, 2)),
        ("2 sept. 1990", date(1990, 9, 2)),
        ("2. Dez. 1990", date(1990, 12, 2)),
    ],
)
def test_numbers_over_twelve_and_names_of_months_tell_the_order(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["03/05/1990", "3-5-1990"])
def test_a_day_that_can_be_read_two_ways_needs_the_order(text):
    with pytest.raises(ValidationError) as error:
        parse_day(text)
    assert error.value.code == "ambiguous_date"
    assert parse_day(text, DAY_FIRST) == MAY_3
    assert parse_day(text, MONTH_FIRST) == date(1990, 3, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.1990", "date"),
        ("03.05.90", "year"),
        ("3/5/90", "year"),
        ("yesterday", "date"),
        ("3 junk 1990", "date"),
        ("1", "date"),
        ("1990", "date"),
        ("31/12-1990", "date"),
        ("1990-05-03 12:00 PM", "date"),
        ("99999999999", "date"),
        ("1800-01-01", "date"),
        ("1990-05-03 18:30", "date"),
        ("", "date"),
    ],
)
def test_what_is_no_day_is_refused(text, code):
    with pytest.raises(ValidationError) as error:
        parse_day(text)
    assert error.value.code == code


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_any_day_is_read_back_from_its_clear_spellings(day):
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day.day}.{day.month}.{day.year}") == day
    assert parse_day(f"{day.day}/{day.month}/{day.year}", DAY_FIRST) == day or day.day > 12
    assert parse_day(f"{day.month}/{day.day}/{day.year}", MONTH_FIRST) == day


@given(st.text(max_size=40))
def test_no_text_makes_it_fail_otherwise(text):
    with suppress(ValidationError):
        assert isinstance(parse_day(text, DAY_FIRST), date)


def test_a_column_tells_its_order_or_is_asked_about():
    assert day_order(["03/05/1990", "31/12/1990"]) == DAY_FIRST
    assert day_order(["03/05/1990", "12/31/1990"]) == MONTH_FIRST
    assert day_order(["03/05/1990", "1990-01-01"]) == ""
    assert day_order(["31/12/1990", "12/31/1990", "03/05/1990"]) == ""
    assert day_order(["03.05.1990", "5/5/1990", ""]) is None
    assert day_order(["03/05/1990 18:30", "12/31/1990 6:30 PM"]) == MONTH_FIRST
    assert day_order(["03/05/1990 18:30:00"]) == ""


def test_spreadsheet_numbers_count_from_1900():
    assert parse_day("25569") == date(1970, 1, 1)
    assert parse_day("25570") - parse_day("25569") == timedelta(days=1)


@pytest.mark.parametrize("text", ["١٩٩٠-٠٥-٠٣", "３.５.１９９０", "०३/०५/१९९०"])
def test_a_day_is_read_in_the_digits_of_every_script(text):
    assert parse_day(text, DAY_FIRST) == date(1990, 5, 3)
    assert day_order(["१३/०५/१९९०"]) == DAY_FIRST


@pytest.mark.parametrize(
    ("text", "order", "month_and_day"),
    [
        ("--03-07", "", (3, 7)),
        ("--0307", "", (3, 7)),
        ("11-06", "", (11, 6)),
        ("7.3.", "", (3, 7)),
        ("07.03", "", (3, 7)),
        ("7. März", "", (3, 7)),
        ("7 de marzo", "", (3, 7)),
        ("March 7", "", (3, 7)),
        ("7/3", DAY_FIRST, (3, 7)),
        ("3/7", MONTH_FIRST, (3, 7)),
        ("29.2.", "", (2, 29)),
        ("٢٩.٢.", "", (2, 29)),
    ],
)
def test_a_birthday_may_lack_its_year(text, order, month_and_day):
    day = parse_birthday(text, order, date(2026, 11, 27))
    assert (day.year, (day.month, day.day)) == (NO_YEAR, month_and_day)
    assert parse_birthday(iso_day(day), "", date(2026, 11, 27)) == day


@pytest.mark.parametrize("text", ["0/0/00", "0000-00-00", "00.00.0000", "0"])
def test_zeros_are_no_birthday_and_no_fault(text):
    assert parse_birthday(text, "", date(2026, 11, 27)) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3/7", "ambiguous_date"),
        ("13-40", "date"),
        ("31.2.", "date"),
        ("2027-01-01", "birthday"),
        ("--", "date"),
    ],
)
def test_what_is_no_birthday_is_said(text, code):
    with pytest.raises(ValidationError) as caught:
        parse_birthday(text, "", date(2026, 11, 27))
    assert caught.value.code == code


@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_a_birthday_as_the_form_shows_it_is_read_again(language):
    with translation.override(language):
        for day in (date(NO_YEAR, 3, 7), date(NO_YEAR, 2, 29), date(1990, 12, 5)):
            assert parse_birthday(local_birthday(day), DAY_FIRST, date(2026, 11, 27)) == day
