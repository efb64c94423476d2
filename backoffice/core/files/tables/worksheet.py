"""The rows of one worksheet, as its XML goes by."""

from collections.abc import Iterator
from functools import cache
from string import digits
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.base import Line, checked_line, shorten
from backoffice.core.files.tables.cells import number_text
from backoffice.core.files.tables.refusals import TableRefused
from backoffice.core.files.tables.strings import SharedStrings, TextCollector
from backoffice.core.files.tables.xml_parts import XmlPart, damaged

_MAX_ROW = 1_048_576
_MAX_COLUMN = 16_384
_ROW_CHARACTERS = 1 << 20
_TRUE = ("1", "true", "on")


class Reading(NamedTuple):
    """What the cells of all sheets need: shared texts, number formats by style, the calendar."""

    strings: SharedStrings | None
    formats: list[str]
    since_1904: bool


class CellProblem(Exception):
    """Why a cell has no value: a sentence with the name of the cell."""


class Worksheet(XmlPart):
    """`lines()` once; afterwards what was hidden and merged is known."""

    def __init__(self, stream: BinaryIO, place: str, reading: Reading):
        starts = {
            "col": self._begin_column,
            "row": self._begin_row,
            "c": self._begin_cell,
            "f": self._begin_formula,
            "v": self._begin_text,
            "t": self._begin_text,
            "rPh": self._begin_reading,
            "mergeCell": self._begin_merge,
        }
        ends = {
            "v": self._end_text,
            "t": self._end_text,
            "rPh": self._end_reading,
            "c": self._end_cell,
            "row": self._end_row,
        }
        super().__init__(stream, place, starts=starts, ends=ends)
        self.hidden_columns = self.hidden_rows = self.merged_ranges = 0
        self._reading = reading
        self._ready: list[Line] = []
        self._text = TextCollector()
        self._row = 0
        self._forget_row()
        self._begin_cell({})

    def lines(self) -> Iterator[Line | None]:
        """Rows with a value, None after a piece without one. Those before a fault come before it."""
        steps = self.steps()
        last = 0
        while True:
            fault = None
            try:
                ended = next(steps, self) is self
            except TableRefused as error:
                fault = error
            ready, self._ready = self._ready, []
            yield from ready
            if ready:
                last = ready[-1].number
            if fault:
                raise _located(fault, last)
            if ended:
                return
            if not ready:
                yield None

    def _begin_text(self, attributes):
        if not self._phonetic:
            self.listen(self._text.add)

    def _end_text(self):
        self.listen(None)

    def _begin_formula(self, attributes):
        self._has_formula = True

    def _begin_reading(self, attributes):
        self._phonetic = True

    def _end_reading(self):
        self._phonetic = False

    def _begin_column(self, attributes):
        self.hidden_columns += attributes.get("hidden") in _TRUE

    def _begin_merge(self, attributes):
        self.merged_ranges += 1

    def _begin_row(self, attributes):
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= _MAX_ROW:
            raise damaged(self._place)
        self._row = number
        self._forget_row()
        self.hidden_rows += attributes.get("hidden") in _TRUE

    def _forget_row(self):
        self._column = 0
        self._cells: dict[int, str] = {}
        self._problem = ""
        self._room = _ROW_CHARACTERS

    def _end_row(self):
        cells = self._cells
        if not self._problem and not "".join(cells.values()).strip():
            return
        values = [cells.get(column, "") for column in range(1, max(cells, default=0) + 1)]
        line = checked_line(self._row, values)
        self._ready.append(line._replace(problem=self._problem) if self._problem else line)
        self._forget_row()

    def _begin_cell(self, attributes):
        reference = attributes.get("r")
        self._column = column_number(reference.rstrip(digits)) if reference else self._column + 1
        if self._column > _MAX_COLUMN:
            raise damaged(self._place)
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._has_formula = self._phonetic = False
        self._text.start()

    def _end_cell(self):
        raw = self._text.get()
        try:
            value = self._value(raw) if raw or self._has_formula else ""
        except CellProblem as problem:
            self._problem = self._problem or str(problem)
            value = raw
        if value:
            self._keep(value)

    def _keep(self, value: str):
        self._room -= len(value)
        if self._room < 0:
            limit = _("This row holds more than %(count)d characters. Shorten it.")
            self._problem = str(limit % {"count": _ROW_CHARACTERS})
        elif self._column in self._cells:
            self._problem = self._sentence(
                _("Cell %(cell)s stands twice in this workbook. Save it again in Excel.")
            )
        else:
            self._cells[self._column] = value

    def _value(self, raw: str) -> str:
        """The text of a cell. Raises CellProblem."""
        match self._type:
            case "n":
                return self._number(raw.strip())
            case "s":
                return self._shared(raw)
            case "inlineStr" | "str":
                return raw
            case "b":
                return "TRUE" if raw.strip() in _TRUE else "FALSE"
            case "d":
                return raw.removesuffix("T00:00:00")
            case "e":
                message = _("Cell %(cell)s holds the error %(value)s. Correct it in the workbook.")
                raise CellProblem(self._sentence(message, value=shorten(raw)))
        raise damaged(self._place)

    def _number(self, raw: str) -> str:
        if not raw and self._has_formula:
            message = _(
                "Cell %(cell)s holds a formula without a result. Open the file in Excel and save it again."
            )
            raise CellProblem(self._sentence(message))
        if not raw:
            return ""
        formats = self._reading.formats
        style = int(self._style) if self._style else len(formats)
        try:
            number_format = formats[style] if style < len(formats) else ""
            return number_text(raw, number_format, since_1904=self._reading.since_1904)
        except ValueError:
            message = _("The number in cell %(cell)s is no possible one, or no date. Type it anew.")
            raise CellProblem(self._sentence(message)) from None

    def _shared(self, raw: str) -> str:
        if self._reading.strings is None:
            raise damaged("sharedStrings.xml")
        try:
            return self._reading.strings[int(raw)]
        except (IndexError, ValueError):
            message = _("The text of cell %(cell)s is missing in this workbook. Type it anew.")
            raise CellProblem(self._sentence(message)) from None

    def _sentence(self, message, **params) -> str:
        return str(message % {"cell": f"{column_name(self._column)}{self._row}", **params})


def _located(fault: TableRefused, last: int) -> TableRefused:
    """Damage, with the last row that could be read."""
    if fault.code != "damaged" or not last:
        return fault
    message = _(
        "This workbook is damaged behind row %(line)d. Open it in Excel, look whether all rows are "
        "there, and save it again as XLSX."
    )
    return TableRefused(message, code="damaged", line=last)


@cache
def column_number(letters: str) -> int:
    """1 for A, 27 for AA. Raises ValueError for what is no name of a column."""
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isupper():
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_name(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
