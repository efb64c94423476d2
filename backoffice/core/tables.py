"""Reads tables that people bring along as CSV, row by row, whatever their spreadsheet wrote.

UTF-8 with or without BOM, UTF-16 with BOM, Windows-1252; comma, semicolon or tab; quoted newlines.
What cannot be meant is refused with a reason, never shifted, cut or guessed (TRUST §5).
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text import clean, has_control_characters

MAX_COLUMNS = getattr(settings, "TABLE_MAX_COLUMNS", 200)
MAX_CELL_CHARACTERS = getattr(settings, "TABLE_MAX_CELL_CHARACTERS", 10_000)
_DELIMITERS = ",;\t"
_HEAD_BYTES = 64 * 1024


class Row(NamedTuple):
    """One row: the line it begins on (the header is on line 1), its cells by header, what is wrong.

    With a `problem` (one sentence) the cells are those that could be read; they may be none.
    """

    line: int
    cells: dict[str, str]
    problem: str = ""


class CsvTable:
    """A CSV file: `headers`, then `rows()`. Constant memory; the file must allow seeking.

    Raises ValidationError when it is no table at all: no header, equal or too many headers,
    an encoding that is none of ours.
    """

    def __init__(self, file: BinaryIO):
        self.encoding = detect_encoding(file)
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
        self.delimiter = _detect_delimiter(self._text)
        self._text.seek(0)
        csv.field_size_limit(MAX_CELL_CHARACTERS)
        self._reader = csv.reader(self._text, delimiter=self.delimiter, strict=True)
        self.headers = _headers(self._reader)

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty. A row that cannot be read carries the reason."""
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, {}, _reader_problem(error))
                continue
            if any(cells):
                yield self._row(line, cells)

    def close(self) -> None:
        """Let go of the file without closing it."""
        self._text.detach()

    def _row(self, line: int, cells: list[str]) -> Row:
        values = dict(zip(self.headers, cells, strict=False))
        if len(cells) > len(self.headers):
            if any(cells[len(self.headers) :]):
                return Row(line, values, str(_("This row has more cells than the header.")))
        elif len(cells) < len(self.headers):
            values |= dict.fromkeys(self.headers[len(cells) :], "")
        if has_control_characters("".join(cells)):
            return Row(line, values, str(_("This row holds control characters.")))
        return Row(line, values)


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of a file, by its BOM, else by what all of it can be read as.

    Raises ValidationError when it is neither UTF-8, UTF-16 with BOM nor Windows-1252.
    """
    file.seek(0)
    head = file.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "cp1252"):
        if _reads_as(file, encoding):
            return encoding
    raise ValidationError(_("This file is not text. Save it as CSV (UTF-8)."), code="encoding")


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _detect_delimiter(text: io.TextIOWrapper) -> str:
    """The separator that the header uses most, outside quotes."""
    try:
        head = text.read(_HEAD_BYTES)
    except UnicodeError:
        raise ValidationError(_("This file is damaged."), code="encoding") from None
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    for char in head:
        if char == '"':
            quoted = not quoted
        elif char in "\r\n" and not quoted:
            break
        elif char in counts and not quoted:
            counts[char] += 1
    return max(counts, key=counts.get)


def _headers(reader) -> list[str]:
    try:
        headers = [clean(cell) for cell in next(reader)]
    except StopIteration:
        raise ValidationError(_("This file is empty."), code="empty") from None
    except csv.Error as error:
        raise ValidationError(_reader_problem(error), code="header") from None
    if not any(headers):
        raise ValidationError(_("The first line must name the columns."), code="header")
    if len(headers) > MAX_COLUMNS:
        message = _("This file has more than %(count)d columns.")
        raise ValidationError(message, code="columns", params={"count": MAX_COLUMNS})
    if has_control_characters("".join(headers)):
        raise ValidationError(_("The first line holds control characters."), code="header")
    _refuse_equal(headers)
    return headers


def _refuse_equal(headers: list[str]) -> None:
    seen = set()
    for name in headers:
        key = name.casefold()
        if name and key in seen:
            message = _("Two columns are called “%(name)s”.")
            raise ValidationError(message, code="headers", params={"name": shorten(name)})
        seen.add(key)


def shorten(value: str, length: int = 40) -> str:
    """A value as an error message quotes it."""
    return value if len(value) <= length else f"{value[: length - 1]}…"


def _reader_problem(error: csv.Error) -> str:
    if "field larger" in str(error):
        return str(_("A cell is longer than %(count)d characters.") % {"count": MAX_CELL_CHARACTERS})
    return str(_("The quotation marks of this row do not match."))
