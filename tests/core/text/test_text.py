"""Text as it is compared and searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core.text.text import (
    ascii_digits,
    clean,
    fold,
    has_control_characters,
    other_spellings,
    search_words,
)


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
        ("Søren", "soeren"),
        ("Đorđe", "djordje"),
        ("Djordje", "dorde"),
        ("Århus", "aarhus"),
        ("Anna-Lena", "annalena"),
        ("Müller-Lüdenscheidt", "mueller luedenscheidt mullerludenscheidt"),
        ("O’Brien", ""),
        ("Łukasz", ""),
        ("Иван Щербаков", "ivan shcherbakov"),
        ("Ανδρέας Παπαδόπουλος", "andreas papadopoulos"),
        ("Ευάγγελος Ευθυμίου", "evangelos efthymiou"),
        ("თამარ", "tamar"),
        ("Ivan Петров", "petrov"),
    ],
)
def test_names_have_other_spellings(names, variants):
    assert " ".join(other_spellings(names)) == variants


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Ørsted, Søren", "orsted soren"),
        ("IŞIL Yıldız", "isil yildiz"),
        ("Þór Ægir Straße", "thor aegir strasse"),
        ("Ħamrun Ŋ ĸ Ł đ", "hamrun ng q l d"),
        *((f"O{sign}Brien", "obrien") for sign in "'’‘ʼʻ`´′＇"),
        *((f"Anna{sign}Lena", "anna lena") for sign in "-‐‑–—－"),
        ("„Zum Löwen“ (Bar)", "zum lowen bar"),
        ("Ana\u200bbel", "anabel"),
        ("Tisch ١٢ ３", "tisch 12 3"),
    ],
)
def test_words_are_searched_without_what_people_leave_out(text, words):
    assert " ".join(search_words(text)) == words


@given(st.text(max_size=40))
def test_latin_letters_fold_to_ascii_and_stay_there(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text", ["\u200b", " \u00a0\u2060", "\u3164\u3164", "\u2800", "\u00ad", "\u034f", "\u202e\u202c"]
)
def test_text_of_invisible_characters_is_no_text(text):
    assert clean(text) == ""
    assert clean(f"{text}A") != ""


def test_joiners_that_shape_a_word_stay():
    assert clean("👩\u200d🍳 نمی\u200cدانم") == "👩\u200d🍳 نمی\u200cدانم"


def test_digits_of_every_script_are_digits():
    assert ascii_digits("٠١٢ ०१२ ０１２ ০১২ ²") == "012 012 012 012 ²"
