"""Text as it is stored, compared and searched."""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control and format characters that no field of ours may hold; tab and newline are handled apart.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_HASH = 24
_SPACE = re.compile(r"\s+")
# Marks of direction and joiners: address books and messengers put them in, nobody sees them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
# Those that are no part of writing: joiners stay, words and pictures need them.
_MARKS = str.maketrans(dict.fromkeys("\u00ad\u061c\u180e\u200b\u200e\u200f\ufeff"))
_MARKS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070)])
_UNSEEN = frozenset(["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"])
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # Hangul fillers and the like
_LATIN_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")  # the combining marks of European languages
_SPELT_OUT = re.compile("([aou])e|aa|dj")
_OTHER_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"})
_APOSTROPHES = "\u00ad'\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2032\u00b4`\uff07\ua78c"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u30a0"
_BRACKETS = ',;<>()[]{}"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u201a\u060c\u3001\uff0c'
_WITHOUT_APOSTROPHES = str.maketrans(dict.fromkeys(_APOSTROPHES))
_BETWEEN_WORDS = str.maketrans(dict.fromkeys(_HYPHENS + _BRACKETS, " "))
_JOINED = str.maketrans(dict.fromkeys(_HYPHENS) | dict.fromkeys(_BRACKETS, " "))
_GREEK_ACCENTS = re.compile("([\u0370-\u03ff]\u0308?)\u0301")
# Letter by letter `ου` would be `oy`; ISO 843 and passports write these pairs so.
_GREEK_PAIRS = [
    (re.compile(pattern), latin)
    for pattern, latin in (
        *(("ου", "ou"), ("γγ", "ng"), (r"\bμπ", "b"), (r"\bντ", "d"), (r"\bγκ", "g")),
        *((r"([αεη])υ(?=[θκξπσςτφχψ]|\b)", r"\1f"), (r"([αεη])υ", r"\1v")),
    )
]


def clean(value: str) -> str:
    """NFC, one line, single spaces, no surrounding space, no marks of direction; empty when there is
    nothing to see."""
    if value.isascii():
        return _SPACE.sub(" ", value).strip()
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", value.translate(_MARKS))).strip()
    return text if is_visible(text) else ""


def is_visible(value: str) -> bool:
    """Whether there is anything to see: spaces, joiners and filling letters leave a name empty."""
    return any(unicodedata.category(char) not in _UNSEEN and char not in _BLANK_LETTERS for char in value)


def validate_visible(value: str) -> None:
    if value and not is_visible(value):
        raise ValidationError(_("There is nothing to see in this text. Type it anew."), code="invisible")


def validate_storable(value: str) -> None:
    if has_control_characters(value):
        raise ValidationError(_("This text has characters that cannot be stored."), code="control")


def without_invisible(value: str) -> str:
    return value if value.isascii() else _INVISIBLE.sub("", value)


def ascii_digits(value: str) -> str:
    """`٣`, `３` and `३` as `3`: the digits of every script are digits."""
    if value.isascii():
        return value
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in value)


def has_control_characters(value: str) -> bool:
    return bool(_CONTROL.search(value))


def fold_case(value: str, length: int = 0) -> str:
    """The key under which two spellings are the same: NFC and case-folded.

    A letter may fold to three (`ΐ`). What does not fit into `length` is cut, with a hash of the whole at its
    end, so that two keys are equal only when their texts are.
    """
    if value.isascii():
        return value.lower()
    key = unicodedata.normalize("NFC", value.casefold())
    if length and len(key) > length:
        return f"{key[: length - _HASH]}{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:_HASH]}"
    return key


def fold(value: str) -> str:
    """The form that is searched and sorted: without case and without accents.

    `Müller`, `MÜLLER` and `Muller` fold to the same text, `ß` to `ss`, `Łukasz` to `lukasz`; words of
    other scripts stay in theirs.
    """
    if value.isascii():
        return value.lower()
    value = without_invisible(value)
    # twice: only what is taken apart shows that it was a capital letter (𝖠)
    decomposed = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", value.casefold()).casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(map(_folded_letter, decomposed))


@lru_cache(maxsize=4_096)
def _folded_letter(char: str) -> str:
    """A letter that Unicode does not take apart: `ł` as `l`, `ø` as `o`, `æ` as `ae`."""
    if char.isascii():
        return char
    if unicodedata.combining(char):
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return _latin(char) if unicodedata.name(char, "").startswith("LATIN ") else char


def _latin(text: str) -> str:
    from anyascii import anyascii  # only here: most words have letters of ASCII alone

    return anyascii(text).lower()


def search_words(text: str) -> list[str]:
    """The words of names, folded: `O’Brien, Anna-Lena` as `obrien`, `anna`, `lena`.

    Apostrophes of every kind go, hyphens and brackets stand between words.
    """
    return fold(_without_apostrophes(text)).translate(_BETWEEN_WORDS).split()


def _without_apostrophes(text: str) -> str:
    return text.translate(_WITHOUT_APOSTROPHES)


def other_spellings(names: str) -> list[str]:
    """Words by which names are found too: written as one, with letters spelt out, in Latin.

    `annalena` for Anna-Lena; `mueller` for Müller and `muller` for Mueller, `soeren` for Søren, `djukic`
    for Đukić; `shcherbakov` for Щербаков.
    """
    if names.isascii() and "-" not in names and not _SPELT_OUT.search(names.lower()):
        return []
    names = unicodedata.normalize("NFC", _without_apostrophes(names).casefold())
    plain = search_words(names)
    variants = [*search_words(names.translate(_OTHER_SPELLINGS)), *map(_as_one_letter, plain)]
    variants += fold(names).translate(_JOINED).split()
    if not "".join(plain).isascii():
        variants += _latin_words(names)
    known = set(plain)
    return [word for word in dict.fromkeys(variants) if word not in known]


def _as_one_letter(word: str) -> str:
    return _SPELT_OUT.sub(lambda match: match[1] or {"aa": "a", "dj": "d"}[match[0]], word)


def _latin_words(names: str) -> list[str]:
    """The Latin spelling of words in other scripts."""
    words = []
    for word in names.translate(_BETWEEN_WORDS).split():
        if fold(word).isascii():
            continue
        word = unicodedata.normalize("NFC", _GREEK_ACCENTS.sub(r"\1", unicodedata.normalize("NFD", word)))
        for pair, latin in _GREEK_PAIRS:
            word = pair.sub(latin, word)
        words += re.findall("[a-z0-9]+", _latin(word).replace("`", ""))
    return words
