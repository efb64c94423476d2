"""Tables as text: cells between separators, quoted where a cell holds one (RFC 4180 and its kin)."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.base import Line, Table, TableOptions, checked_line
from backoffice.core.files.tables.encodings import CODECS, find_encoding
from backoffice.core.files.tables.refusals import TableRefused

DELIMITERS = (",", ";", "\t", "|")
_LIKELIEST = (";", "\t", "|", ",")  # a comma also stands inside names and amounts
_HEAD_CHARACTERS = 64 * 1024
_HEAD_ROWS = 100
_ROW_CHARACTERS = 1 << 20
_ENDS = ("\n", "\r")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class CsvTable(Table):
    """A CSV file; it must allow seeking."""

    kind = "csv"

    def __init__(self, file: BinaryIO, options: TableOptions = TableOptions()):  # noqa: B008 (frozen)
        super().__init__(options)
        self.encoding = find_encoding(file, options.encoding)
        file.seek(0)
        self._text = io.TextIOWrapper(
            file, encoding=CODECS[self.encoding], errors="surrogateescape", newline=""
        )
        try:
            self._find_delimiter()
            self._find_columns()
        except TableRefused:
            self.close()
            raise

    def close(self) -> None:
        self._text.detach()

    def _find_delimiter(self) -> None:
        head = self._text.read(_HEAD_CHARACTERS)
        declared = _SEPARATOR_LINE.fullmatch(head.split("\n", 1)[0].split("\r", 1)[0])
        self._declared = bool(declared and declared[1] in DELIMITERS)
        if self._declared:
            self.note(_("The first line names the separator, as Excel writes it; it is not a row."))
        chosen = self.options.delimiter
        if chosen and chosen not in DELIMITERS:
            raise TableRefused(_("This separator is not known. Choose another one."), code="delimiter")
        self.delimiter = chosen or (declared[1] if self._declared else _likeliest_delimiter(head))

    def _lines(self) -> Iterator[Line | None]:
        self._text.seek(0)
        csv.field_size_limit(settings.TABLE_MAX_CELL_CHARACTERS)
        lines = _PhysicalLines(self._text)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        if self._declared:
            next(lines)
        while True:
            number = lines.begin_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(number, [], _quote_problem(error, lines))
                lines.go_back()
            else:
                yield _line(number, cells, number <= lines.read_again_to)


class _PhysicalLines:
    """Lines for csv.reader, which asks for more while a quotation mark is open.

    Those of the current row are kept: when its quotation marks do not match, all but the first
    are read again, or one stray mark would take the rows below with it.
    """

    def __init__(self, text: io.TextIOWrapper):
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self.number = 0
        self.read_again_to = 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(_ROW_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        self._taken.append(line)
        self._size += len(line)
        if self._size >= _ROW_CHARACTERS:
            self._skip_rest(line)
            raise csv.Error("field larger")
        return line

    def begin_row(self) -> int:
        """Forget the lines of the row before; returns the number of the next."""
        self._taken.clear()
        self._size = 0
        return self.number + 1

    def go_back(self) -> None:
        again = self._taken[1:]
        self.read_again_to = max(self.read_again_to, self.number)
        self.number -= len(again)
        self._again.extendleft(reversed(again))

    @property
    def in_several_lines(self) -> bool:
        return len(self._taken) > 1

    def _skip_rest(self, line: str) -> None:
        while line and not line.endswith(_ENDS):
            line = self._text.readline(_ROW_CHARACTERS)


def _line(number: int, cells: list[str], doubtful: bool) -> Line | None:
    joined = "".join(cells)
    if not joined or joined.isspace():
        return None
    return checked_line(number, cells, doubtful=doubtful)


def _quote_problem(error: csv.Error, lines: _PhysicalLines) -> str:
    if "field larger" in str(error) and not lines.in_several_lines:
        limit = settings.TABLE_MAX_CELL_CHARACTERS
        return str(_("A cell is longer than %(count)d characters. Shorten it.") % {"count": limit})
    return str(
        _(
            "The quotation marks of this row do not match. Close the one that is open, or take it out; "
            "a quotation mark inside a value is written twice."
        )
    )


def _likeliest_delimiter(head: str) -> str:
    """The separator that cuts most rows into the same number of cells, two or more."""

    def fit(delimiter: str) -> tuple[int, int]:
        widths = _widths(head, delimiter)
        if not widths:
            return 0, 0
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
        return rows, width

    best = max(_LIKELIEST, key=fit)
    return best if fit(best) > (0, 0) else ","


def _widths(head: str, delimiter: str) -> Counter:
    """How many rows of the head have 2, 3, … cells."""
    widths: Counter = Counter()
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for cells in islice(reader, _HEAD_ROWS):
            if len(cells) > 1 and any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        pass  # a broken row further down; those before it count
    return widths
