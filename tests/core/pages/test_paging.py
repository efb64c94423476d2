"""Cursors: they come back as they went out, and nothing else passes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.pages.paging import Cursor, InvalidCursor

values = st.one_of(
    st.tuples(st.just(int), st.integers(-(2**62), 2**62)),
    st.tuples(
        st.just(str), st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)))
    ),
    st.tuples(st.just(bool), st.booleans()),
    st.tuples(
        st.just(datetime), st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))
    ),
)


@given(values, st.integers(0, 2**62), st.integers(0, 10**9))
def test_a_cursor_comes_back_as_it_went_out(value, pk, position):
    kind, value = value

    assert Cursor.decode(Cursor(value, pk, position).encode(), kind) == Cursor(value, pk, position)


@given(st.text(max_size=60), st.sampled_from([int, str, bool, datetime]))
def test_any_other_text_is_refused(text, kind):
    try:
        cursor = Cursor.decode(text, kind)
    except InvalidCursor:
        return
    assert isinstance(cursor.value, kind)


def test_a_cursor_of_another_sort_is_refused():
    text = Cursor(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=1), 5).encode()

    for kind in (int, bool):
        with pytest.raises(InvalidCursor):
            Cursor.decode(text, kind)
