"""Content lines of vCards: physical lines that belong together, each in bounded memory."""

import re
from collections.abc import Iterator
from io import TextIOBase
from typing import NamedTuple

from django.conf import settings

_PIECE = 1 << 16
_BEAT = 10_000  # physical lines after which the clock is looked at
_BYTES_A_CHARACTER = 12  # of an emoji in quoted-printable
_FRAME = re.compile(r"(BEGIN|END)\s*:\s*VCARD\s*\Z", re.IGNORECASE | re.ASCII)
_QUOTED_PRINTABLE = re.compile(r"[^:]{0,200}quoted-printable", re.IGNORECASE)
_BASE_64 = re.compile(r"[^:]{0,200}[;=](base64|b)[;:]", re.IGNORECASE)
_OF_BASE_64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)


class ContentLine(NamedTuple):
    """`frame` is BEGIN or END around a card. Of a line that is `cut` only the beginning is in."""

    number: int
    text: str
    frame: str = ""
    cut: bool = False


def longest_line() -> int:
    """Characters of a line in the file, which hold a whole cell however it is encoded."""
    return settings.TABLE_MAX_CELL_CHARACTERS * _BYTES_A_CHARACTER


def content_lines(text: TextIOBase) -> Iterator[ContentLine | None]:
    """Every line that is not empty, folded ones as one; None after a while without one.

    vobject's own reading looks through all that was put together again at every fold: 0.3 s for a picture of
    740 kB, 2.5 s for one of twice the size.
    """
    first, parts, size = 0, [], 0
    for number, line in enumerate(_physical_lines(text), 1):
        if number % _BEAT == 0:
            yield None
        more = _continuation(parts, line) if parts else None
        if more is None:
            if parts:
                yield _content_line(first, parts, size)
            first, parts, size = number, [line] if line.strip() else [], len(line)
        else:
            size += len(more)
            if size <= longest_line():
                parts.append(more)
    if parts:
        yield _content_line(first, parts, size)


def _physical_lines(text: TextIOBase) -> Iterator[str]:
    """Lines without their ends; of a longer one than counts the rest is passed over."""
    while line := text.readline(longest_line() + 2):
        rest = line
        while rest and rest[-1] not in "\r\n":
            rest = text.readline(_PIECE)
        yield line.rstrip("\r\n")


def _continuation(parts: list[str], line: str) -> str | None:
    """What a line adds to those before it; None when it begins anew."""
    if not line or _FRAME.match(line):
        return None
    if parts[-1].endswith("=") and _QUOTED_PRINTABLE.match(parts[0]):
        return f"\n{line}"
    if line[0] in " \t":
        return line[1:]
    # some phones write pictures without the space that folds
    if ":" not in line and _BASE_64.match(parts[0]) and _OF_BASE_64.fullmatch(line):
        return line
    return None


def _content_line(number: int, parts: list[str], size: int) -> ContentLine:
    frame = _FRAME.match(parts[0]) if len(parts) == 1 else None
    name = frame[1].upper() if frame else ""
    return ContentLine(number, "".join(parts), name, cut=size > longest_line())
