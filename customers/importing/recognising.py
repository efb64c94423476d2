"""Guesses which field each column of a file is: by its header, else by what stands in it."""

import re
from collections.abc import Callable
from functools import cache

from django.core.exceptions import ValidationError
from django.utils import translation

from backoffice.core.files.exports import unguard
from backoffice.core.text.formats import LOCALES
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import ascii_digits
from backoffice.imports.profiling import IGNORED, Guess, header_key
from customers.fields import FIELDS
from customers.importing import values
from customers.importing.fields import (
    ADDRESS_LINE,
    COMPUTED,
    HOUSE_NUMBER,
    MORE_EMAILS,
    MORE_PHONES,
    REPEATABLE,
    aliases,
)

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[a-z]{2,}\Z", re.IGNORECASE)
_JUST_NUMBER = frozenset(["number", "no", "nr", "nummer", "numero", "num", "n"])
_MOST = 0.8
# Fields with a closed list of words: a header alone could mean somebody else's words.
_CLOSED: dict[str, Callable[[str], object]] = {
    "source": values.parse_source,
    "modules": values.parse_modules,
    "status": values.parse_status,
    "language": values.parse_language,
    "country": values.parse_country,
}
# Where one more column of a kind goes.
_FURTHER = {"phone": MORE_PHONES, "phone2": MORE_PHONES, "email": MORE_EMAILS}
_PHONE_FIELDS = ("phone", "phone2", MORE_PHONES)
_OWN_FIGURES = COMPUTED - {"id", "points"}
_NUMBER = re.compile(r"[\W_]*\d[\W\d_]*")  # of an order, a table: no letter in it
_NAMES = ("first_name", "last_name", "full_name")


def recognise(headers: list[str], samples: dict[str, list[str]], *, country: str) -> dict[str, Guess]:
    """A guess for each header. `samples` holds some cells per column that are not empty."""
    guesses = {header: _by_header(header, samples.get(header, [])) for header in headers}
    guesses |= dict.fromkeys(_own_points(headers), Guess(IGNORED, "computed"))
    _keep_first_of_each(guesses)
    _settle_names(guesses)
    _settle_house_number(guesses)
    taken = {guess.field for guess in guesses.values()}
    for header, guess in guesses.items():
        if guess.by:
            continue
        found = _by_content(samples.get(header, []), country)
        if found and found not in taken:
            guesses[header] = Guess(found, "content")
            taken.add(found)
    if "phone2" in taken and "phone" not in taken:
        _rename(guesses, "phone2", "phone")
    _settle_phones(guesses, samples)
    return guesses


def _by_header(header: str, cells: list[str]) -> Guess:
    name = aliases().get(header_key(header))
    if header in COMPUTED and name is None:
        return Guess(IGNORED, "computed")
    if name is None or not _words_fit(name, cells):
        return Guess(IGNORED, "")
    return Guess(name, "header")


def _own_points(headers: list[str]) -> list[str]:
    """The balance in an export of ours: the points earned in all stand beside it, or other figures."""
    keys = {header_key(header): header for header in headers}
    if _own_labels("earned_points").isdisjoint(keys) and not _OWN_FIGURES & set(headers):
        return []
    return [header for key, header in keys.items() if key in _own_labels("points")]


@cache
def _own_labels(name: str) -> frozenset[str]:
    """How our export calls a column in three languages, as `header_key`."""
    label = next(field.label for field in FIELDS if field.name == name)
    keys = {header_key(name)}
    for language in LOCALES:
        with translation.override(language):
            keys.add(header_key(str(label)))
    return frozenset(keys)


def _words_fit(name: str, cells: list[str]) -> bool:
    """A header counts only when its cells fit: a “Name” may hold the numbers of orders."""
    if not cells:
        return True
    if name in _NAMES:
        return _share(cells, lambda cell: not _NUMBER.fullmatch(cell)) > 1 - _MOST
    parse = _CLOSED.get(name)
    if parse is None:
        return True
    return _share(cells, lambda cell: _passes(parse, cell)) > 1 - _MOST


def _keep_first_of_each(guesses: dict[str, Guess]) -> None:
    """Two columns that sound alike: the one called exactly so, else the first; a second phone finds room."""
    seen: dict[str, str] = {}
    exact = {guess.field: header for header, guess in guesses.items() if header == guess.field}
    for header, guess in list(guesses.items()):
        name = guess.field
        if name == IGNORED or name in REPEATABLE:
            continue
        if exact.get(name, header) == header and name not in seen:
            seen[name] = header
        elif name == "phone" and not any(other.field == "phone2" for other in guesses.values()):
            guesses[header] = Guess("phone2", "header")
        elif name in _FURTHER:
            guesses[header] = Guess(_FURTHER[name], "header")
        else:
            guesses[header] = Guess(IGNORED, "")


def _settle_names(guesses: dict[str, Guess]) -> None:
    """A full name beside its parts: both parts win, a full name wins over one of them.

    Beside one part, a column just called “Name” is the other: `Vorname;Name`, `Name;Surname`.
    """
    header_of = {guess.field: header for header, guess in guesses.items()}
    parts = [name for name in ("first_name", "last_name") if name in header_of]
    if "full_name" not in header_of or not parts:
        return
    if len(parts) == 2:
        _rename(guesses, "full_name", IGNORED)
    elif header_key(header_of["full_name"]) == "name":
        _rename(guesses, "full_name", "last_name" if parts == ["first_name"] else "first_name")
    else:
        _rename(guesses, parts[0], IGNORED)


def _settle_phones(guesses: dict[str, Guess], samples: dict[str, list[str]]) -> None:
    """Of two columns of numbers the one that holds any comes first; those of our own export stay."""
    header_of = {guess.field: header for header, guess in guesses.items()}
    first, second = header_of.get("phone", ""), header_of.get("phone2", "")
    is_own = header_key(first) in {"phone", *_own_labels("phone")}
    if is_own or not second:
        return
    # of more than two the fullest: address books have a dozen, most of them empty
    if MORE_PHONES in header_of or (samples.get(second) and not samples.get(first)):
        columns = [header for header, guess in guesses.items() if guess.field in _PHONE_FIELDS]
        columns.sort(key=lambda header: -len(samples.get(header, [])))
        for header, name in zip(columns, ["phone", "phone2", *[MORE_PHONES] * len(columns)], strict=False):
            guesses[header] = Guess(name, guesses[header].by)


def _settle_house_number(guesses: dict[str, Guess]) -> None:
    """A column just called “Number” right behind the street is that of the house."""
    fields = [guess.field for guess in guesses.values()]
    if "address1" not in fields or HOUSE_NUMBER in fields:
        return
    behind = list(guesses)[fields.index("address1") + 1 :]
    header = next(
        (header for header in behind if guesses[header].field not in ("address2", ADDRESS_LINE)), ""
    )
    if header_key(header) in _JUST_NUMBER:
        guesses[header] = Guess(HOUSE_NUMBER, "header")


def _rename(guesses: dict[str, Guess], field: str, other: str) -> None:
    for header, guess in guesses.items():
        if guess.field == field:
            guesses[header] = Guess(other, guess.by if other else "")


def _by_content(cells: list[str], country: str) -> str:
    if not cells:
        return IGNORED
    if _share(cells, lambda cell: bool(_EMAIL.match(cell))) >= _MOST:
        return "email"
    if _share(cells, lambda cell: _looks_like_phone(cell, country)) >= _MOST:
        return "phone"
    if any(map(values.says_left, cells)) and _share(cells, _is_consent) >= _MOST:
        return "marketing_communications"
    return IGNORED


def _is_consent(cell: str) -> bool:
    return _passes(values.parse_consent, cell)


def _looks_like_phone(cell: str, country: str) -> bool:
    """Written as one: a bare number could be anything."""
    cell = unguard(cell)
    is_written_as_one = ascii_digits(cell).startswith(("+", "0", "("))
    return is_written_as_one and _passes(lambda text: normalise_phone(text, country), cell)


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(test(cell) for cell in cells) / len(cells)


def _passes(parse: Callable[[str], object], cell: str) -> bool:
    try:
        parse(unguard(cell).strip())
    except ValidationError:
        return False
    return True
