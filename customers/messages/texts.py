"""Texts with named fields: `{First name}`, or `{First name|dear customer}` with what stands for an empty one.

A field is known by its name in each language of the house.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import Formats
from backoffice.core.text.text import clean, fold
from backoffice.staff.models import Language

MOST_SUBJECT, MOST_BODY = 200, 20_000
_FIELD = re.compile(r"\{([^{}|\n]{1,40})(?:\|([^{}\n]{0,80}))?\}")
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Person:
    """What fields are filled from."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    last_order_at: datetime | None = None
    points: int = 0


@dataclass(frozen=True)
class TextField:
    code: str
    label: Promise
    read: Callable[[Person, Formats], str]


def _last_visit(person: Person, formats: Formats) -> str:
    at = person.last_order_at
    return formats.day(formats.local(at).date()) if at else ""


FIELDS = (
    TextField("first_name", _("First name"), lambda person, formats: person.first_name),
    TextField("last_name", _("Last name"), lambda person, formats: person.last_name),
    TextField("company", _("Company"), lambda person, formats: person.company),
    TextField("last_visit", _("Last visit"), _last_visit),
    TextField("points", _("Points"), lambda person, formats: formats.number(person.points)),
)


@cache
def _by_name() -> dict[str, TextField]:
    """Every field by its name in each language, folded, and by its code."""
    found = {field.code: field for field in FIELDS}
    for language in Language.values:
        with translation.override(language):
            found |= {fold(str(field.label)): field for field in FIELDS}
    return found


def field_of(name: str) -> TextField | None:
    return _by_name().get(fold(name.strip()))


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and is no field."""
    return [name for name, _other in _FIELD.findall(text) if field_of(name) is None]


def used_values(texts: dict[str, str], person: Person, formats: Formats) -> dict[str, str]:
    """The values of the fields that subject and body name, by code: what is kept of a mail that was sent."""
    used = {field.code: field for text in texts.values() for field in _fields_in(text)}
    return {code: clean(field.read(person, formats)) for code, field in used.items()}


def _fields_in(text: str) -> Iterator[TextField]:
    if "{" in text:
        for name, _other in _FIELD.findall(text):
            if field := field_of(name):
                yield field


@dataclass(frozen=True)
class Piece:
    """A part of a filled text; `is_field` was filled in."""

    text: str
    is_field: bool = False


def fill_pieces(text: str, values: dict[str, str]) -> list[Piece]:
    """The text with its fields filled; who has no value gets what stands behind the bar, or nothing."""
    pieces, end = [], 0
    for match in _FIELD.finditer(text):
        field = field_of(match[1])
        if field is None:
            continue
        filled = values.get(field.code, "") or (match[2] or "").strip()
        before = text[end : match.start()]
        end = match.end()
        # an empty field takes the space before it along: "Hello ," becomes "Hello,"
        pieces.append(Piece(before if filled else before.rstrip(" ")))
        pieces.append(Piece(filled, is_field=True))
    pieces.append(Piece(text[end:]))
    return [piece for piece in pieces if piece.text]


def fill(text: str, values: dict[str, str]) -> str:
    return "".join(piece.text for piece in fill_pieces(text, values)) if "{" in text else text


def text_for(texts: dict, language: str, main: str) -> tuple[str, dict[str, str]]:
    """The language a customer gets, and its text: their own, the organisation's, or the first there is."""
    for code in (language, main, *texts):
        if code in texts:
            return code, texts[code]
    return main, {"subject": "", "body": ""}


def tidy_body(text: str) -> str:
    """As it is stored: lines without trailing space, no more than one empty line in a row."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _LINES.sub("\n\n", "\n".join(lines)).strip()
