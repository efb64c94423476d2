"""What every table has: columns found under a header, and rows that carry their own problem."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.headers import find_header
from backoffice.core.files.tables.refusals import TableRefused, within_time
from backoffice.core.text.text import clean, has_control_characters

_SAMPLE_LINES = 60
# Bytes that are no letter, and letters of UTF-8 that a program took for those of Windows-1252.
_BROKEN = re.compile(
    "[\udc80-\udcff\ufffd]|\u00e2\u20ac|\u00c3[\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]"
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database takes them


class Row(NamedTuple):
    """One row: the line it begins on, its cells by header, what is wrong.

    `line` is the physical line in a CSV or vCard, the row number in a worksheet. With a `problem` (one
    sentence for the owner of the file) the cells are those that could be read; they may be none.
    """

    line: int
    cells: dict[str, str]
    problem: str = ""


class Line(NamedTuple):
    """A row before it has columns. `doubtful`: it was read again after a quotation mark failed."""

    number: int
    cells: list[str]
    problem: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class TableOptions:
    """What a person chose; what is empty or None is recognised.

    `header_line` counts from 1; 0 says that the file has no header, then columns are called
    `#1`, `#2`, …
    """

    encoding: str = ""
    delimiter: str = ""
    header_line: int | None = None
    sheet: str = ""


class Table:
    """`headers`, then `rows()`, each call of which reads from the start of the file.

    `header_line` is 0 when there is no header. `encoding` and `delimiter` are empty for XLSX,
    `sheet` and `sheets` for CSV, all but `encoding` for contacts. `notes` are sentences worth telling; those
    about hidden and merged cells and what cards hold besides are complete once all rows were read.
    """

    kind = ""
    _ragged = False  # whether a line ends with its last filled cell

    def __init__(self, options: TableOptions):
        self.options = options
        self.encoding = ""
        self.delimiter = ""
        self.sheet = ""
        self.sheets: list[str] = []
        self.notes: list[str] = []
        self.headers: list[str] = []
        self.header_line = 0
        self._all: list[Line] | None = None  # of a short table, which may stand above a million empty rows

    def rows(self) -> Iterator[Row]:
        """Every row under the header that is not empty.

        Raises TableRefused when the file turns out to be damaged, or takes longer than
        TABLE_MAX_SECONDS; the rows before that have been yielded.
        """
        for line in within_time(self._lines()) if self._all is None else self._all:
            if line.number > self.header_line:
                yield self._row(line)

    def close(self) -> None:
        """Let go of the file without closing it."""

    def _lines(self) -> Iterator[Line | None]:
        """Lines that are not empty from the start of the file; None after a while without one."""
        raise NotImplementedError

    def note(self, sentence) -> None:
        """Remember a sentence worth telling, once."""
        if str(sentence) not in self.notes:
            self.notes.append(str(sentence))

    def _find_columns(self) -> None:
        sample = self._sample()
        if not sample and not self.options.header_line:
            message = _("This file is empty. Choose the file that holds your list.")
            raise TableRefused(message, code="empty")
        header = self._header(sample)
        if header is None:
            names = [""] * max(len(line.cells) for line in sample)
        else:
            self.header_line = header.number
            names = _names(header)
            sample = [line for line in sample if line.number > header.number]
        if self._ragged:
            width = max((len(line.cells) for line in sample), default=0)
            names += [""] * (min(width, settings.TABLE_MAX_COLUMNS) - len(names))
        self._header_cells = len(names)
        self._name_columns(names, sample)

    def _sample(self) -> list[Line]:
        """The first lines, from a chosen header line on."""
        first = self.options.header_line or 0
        lines = []
        try:
            for line in within_time(self._lines()):
                if line.number >= first:
                    lines.append(line)
                if len(lines) == _SAMPLE_LINES:
                    break
            else:
                self._all = lines
        except TableRefused:
            if not lines:  # otherwise rows() yields what comes before the fault
                raise
        return lines

    def _header(self, sample: list[Line]) -> Line | None:
        chosen = self.options.header_line
        if chosen == 0:
            return None
        if chosen is not None:
            if not sample or sample[0].number != chosen:
                message = _("Line %(line)d is empty. Choose the line that names the columns.")
                raise TableRefused(message, code="header", line=chosen)
            return sample[0]
        if sample[0].problem:
            return sample[0]
        sample = [line for line in sample if not line.problem]
        index = find_header([(line.number, line.cells) for line in sample])
        if index is None:
            self.note(_("The first line holds values already, so this file has no header."))
            return None
        if index:
            message = _("The columns are named on line %(line)d; what stands above was left out.")
            self.note(message % {"line": sample[index].number})
        return sample[index]

    def _name_columns(self, names: list[str], sample: list[Line]) -> None:
        """Columns without a name are called by their number; those without any cell are left out."""
        filled = {
            index for line in sample for index, cell in enumerate(line.cells[: len(names)]) if cell.strip()
        }
        self._positions = [index for index, name in enumerate(names) if name or index in filled]
        if len(self._positions) > settings.TABLE_MAX_COLUMNS:
            message = _("This file has more than %(count)d columns. Delete those that you do not need.")
            raise TableRefused(message, code="columns", count=settings.TABLE_MAX_COLUMNS)
        self._contiguous = len(names) == len(self._positions)
        self.headers = [names[index] or f"#{index + 1}" for index in self._positions]
        _refuse_equal(self.headers)

    def _row(self, line: Line) -> Row:
        number, cells, problem, doubtful = line
        if self._contiguous and len(cells) == len(self.headers):
            values = dict(zip(self.headers, cells, strict=True))
        else:
            values, stray = self._spread(cells)
            problem = problem or stray
        if doubtful and not problem and len(cells) != self._header_cells:
            problem = str(_("This line belongs to a row above whose quotation marks do not match."))
        return Row(number, values, problem)

    def _spread(self, cells: list[str]) -> tuple[dict[str, str], str]:
        """Cells of a row that is shorter or longer than the header, and what is wrong with it."""
        count = len(cells)
        values = {
            header: cells[index] if index < count else ""
            for header, index in zip(self.headers, self._positions, strict=True)
        }
        named = set(self._positions)
        strays = [index for index, cell in enumerate(cells) if index not in named and cell.strip()]
        if not strays:
            return values, ""
        problem = _(
            "This row has more cells than the header: nothing names column %(column)s. Name it there, or "
            "put a value that holds the separator in quotation marks."
        )
        return values, str(problem % {"column": self._column_label(strays[0])})

    def _column_label(self, index: int) -> str:
        """How the program that shows the file calls a column."""
        return str(index + 1)


def _names(header: Line) -> list[str]:
    if header.problem:
        message = _("The line that names the columns cannot be read. %(problem)s")
        raise TableRefused(message, code="header", problem=header.problem)
    return [clean(cell) for cell in header.cells]


def _refuse_equal(headers: list[str]) -> None:
    seen = set()
    for name in headers:
        key = name.casefold()
        if key in seen:
            message = _("Two columns are called “%(name)s”. Rename or delete one of them.")
            raise TableRefused(message, code="headers", name=shorten(name))
        seen.add(key)


def checked_line(number: int, cells: list[str], *, doubtful: bool = False) -> Line:
    """A line with what is wrong with its characters: those that break text, a cell that is too long."""
    problem = _text_problem(cells)
    if problem:
        cells = [_UNSTORABLE.sub("\ufffd", cell) for cell in cells]
    return Line(number, cells, problem, doubtful)


def _text_problem(cells: list[str]) -> str:
    joined = "".join(cells)
    if has_control_characters(joined):
        return str(_("This row holds control characters. Type the text anew."))
    if not joined.isascii() and (word := _broken_word(" ".join(cells))):
        message = _(
            "Letters of this row are broken (“%(text)s”). Save the list again as CSV (UTF-8), or type the "
            "text anew."
        )
        return str(message % {"text": word})
    limit = settings.TABLE_MAX_CELL_CHARACTERS
    if max(map(len, cells), default=0) > limit:
        return str(_("A cell is longer than %(count)d characters. Shorten it.") % {"count": limit})
    return ""


def _broken_word(text: str) -> str:
    found = _BROKEN.search(text)
    if not found:
        return ""
    before, after = text[: found.start()][-20:].rpartition(" "), text[found.end() :][:20].partition(" ")
    return _UNSTORABLE.sub("\ufffd", f"{before[2]}{found[0]}{after[0]}")


def shorten(value: str, length: int = 40) -> str:
    """A value as an error message quotes it."""
    return value if len(value) <= length else f"{value[: length - 1]}…"
