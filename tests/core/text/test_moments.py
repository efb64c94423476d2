from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.moments import parse_moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-21T18:30:00+01:00", "2026-11-21T17:30"),
        ("2026-11-21T18:30:00Z", "2026-11-21T18:30"),
        ("2026-11-21T18:30", "2026-11-21T17:30"),
        ("2026-07-21 18:30:05", "2026-07-21T16:30:05"),
        ("2026-07-21 8:30", "2026-07-21T06:30"),
        ("21.07.2026 18:30", "2026-07-21T16:30"),
        ("1.7.2026, 8:05", "2026-07-01T06:05"),
        ("2026-11-21", "2026-11-20T23:00"),
        # the hour that comes twice is the first of the two, the hour that is skipped moves on
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-03-29T02:30", "2026-03-29T01:30"),
    ],
)
def test_moments_are_read_in_the_zone_of_the_place(text, utc):
    assert parse_moment(text, BERLIN) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["03/04/2026 12:00", "2026/04/03", "13/04/2026"])
def test_dates_that_can_be_read_two_ways_are_refused(text):
    with pytest.raises(ValidationError, match="two ways"):
        parse_moment(text, BERLIN)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "46000", "2026-02-30", "32.1.2026", "0001-01-01", "9999-12-31T23:59"]
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValidationError):
        parse_moment(text, BERLIN)


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_it(text):
    with suppress(ValidationError):
        assert parse_moment(text, BERLIN).utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["٢٠٢٦-١١-٢١ ١٨:٣٠", "２１.１１.２０２６ １８:３０"])
def test_a_moment_is_read_in_the_digits_of_every_script(text):
    assert parse_moment(text, ZoneInfo("UTC")).isoformat() == "2026-11-21T18:30:00+00:00"
