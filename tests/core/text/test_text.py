"""Text as it is compared and searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.text import clean, fold, has_control_characters, umlaut_variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MÜLLER"),
        ("Zoë", "zoe"),
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("ﬁn", "fin"),
        ("Ñ", "n"),
    ],
)
def test_spellings_that_people_take_for_the_same_fold_to_the_same(one, other):
    assert fold(one) == fold(other)


@given(st.text(max_size=40))
def test_folding_is_the_same_for_composed_and_decomposed_text(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(max_size=40))
def test_cleaning_leaves_one_line_and_stays(text):
    cleaned = clean(text)
    assert "\n" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("text", ["a\x00", "\x07", "\x7f", "\x85", "\u2028", "\ufeffa"])
def test_controls_are_seen(text):
    assert has_control_characters(text)
    assert not has_control_characters("Zeile\n\tmit Umlaut ä 👩‍🍳")


@pytest.mark.parametrize(
    ("names", "variants"),
    [
        ("Jörg Müller", "joerg mueller"),
        ("Joerg Mueller", "jorg muller"),
        ("Anna Klein", ""),
        ("Samuel", "samul"),
    ],
)
def test_german_names_have_their_other_spelling(names, variants):
    assert umlaut_variants(names) == variants
