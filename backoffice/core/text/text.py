"""Text as it is stored, compared and searched."""

import re
import unicodedata

# Control and format characters that no field of ours may hold; tab and newline are handled apart.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_SPACE = re.compile(r"\s+")
# Marks of direction and joiners: address books and messengers put them in, nobody sees them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_LATIN_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")  # the combining marks of European languages
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SPELT_OUT = re.compile("([aou])e")


def clean(value: str) -> str:
    """NFC, one line, single spaces, no surrounding space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", value)).strip()


def without_invisible(value: str) -> str:
    return value if value.isascii() else _INVISIBLE.sub("", value)


def ascii_digits(value: str) -> str:
    """`٣`, `３` and `३` as `3`: the digits of every script are digits."""
    if value.isascii():
        return value
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in value)


def has_control_characters(value: str) -> bool:
    return bool(_CONTROL.search(value))


def fold_case(value: str) -> str:
    """The key under which two spellings are the same: NFC and case-folded."""
    if value.isascii():
        return value.lower()
    return unicodedata.normalize("NFC", value.casefold())


def fold(value: str) -> str:
    """The form that is searched and sorted: without case and without accents.

    `Müller`, `MÜLLER` and `Muller` fold to the same text, `ß` to `ss`.
    """
    if value.isascii():
        return value.lower()
    decomposed = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", value.casefold()))
    if decomposed.isascii():
        return decomposed
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def umlaut_variants(names: str) -> str:
    """The other German spelling of each name that has one, folded: `mueller` for Müller, and back."""
    if names.isascii() and not _SPELT_OUT.search(names.lower()):
        return ""
    variants = []
    for word in unicodedata.normalize("NFC", names.casefold()).split():
        plain = fold(word)
        for variant in (fold(word.translate(_UMLAUTS)), _SPELT_OUT.sub(r"\1", plain)):
            if variant != plain:
                variants.append(variant)
    return " ".join(variants)
