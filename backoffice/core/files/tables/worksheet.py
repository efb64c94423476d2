"""The rows of one worksheet: openpyxl reads each, behind a look that makes a bad cell its row's problem."""

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import NamedTuple
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

# Not `iter_rows`: there a single cell that cannot be read ends the table, a row that comes too late is
# left out silently, and nobody learns of formulas without a result or of hidden and merged cells.
from openpyxl.worksheet._reader import WorkSheetParser

from backoffice.core.files.tables.base import Line, checked_line, shorten
from backoffice.core.files.tables.package import Package
from backoffice.core.files.tables.refusals import TableRefused
from backoffice.core.files.tables.xml_parts import (
    CUT,
    ELEMENT_CHARACTERS,
    damaged,
    elements,
    main,
    text_of,
    unescape,
)

_MAX_ROW = 1_048_576
_MAX_COLUMN = 16_384
_TRUE = ("1", "true", "on")
_ROW, _COLUMN, _MERGED = main("row"), main("col"), main("mergeCell")
_VALUE, _FORMULA, _INLINE = main("v"), main("f"), main("is")
_REFERENCE = re.compile("[A-Z]{1,3}[1-9][0-9]*")
_LIKE_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LEAP_DAY_THAT_NEVER_WAS = 60  # Excel counts 29 February 1900
_SECONDS_A_DAY = 86_400
_TEXT_KINDS = ("s", "str", "inlineStr")
_KINDS = ("n", "b", "d", "e", *_TEXT_KINDS)

_ERROR = _("Cell %(cell)s holds the error %(value)s. Correct it in the workbook.")
_NO_RESULT = _("Cell %(cell)s holds a formula without a result. Open the file in Excel and save it again.")
_NO_NUMBER = _("The number in cell %(cell)s is no possible one, or no date. Type it anew.")
_NO_TEXT = _("The text of cell %(cell)s is missing in this workbook. Type it anew.")
_TOO_MUCH = _("This row holds more than %(count)d characters. Shorten it.")
_TWICE = _("Cell %(cell)s stands twice in this workbook. Save it again in Excel.")


class Reading(NamedTuple):
    """What the cells of all sheets need: shared texts, styles of days, digits to fill up to, the calendar."""

    strings: list[str] | None
    days: set[int]
    zeros: dict[int, int]
    epoch: object


class Worksheet(WorkSheetParser):
    """`lines()` once; afterwards what was hidden and merged is known."""

    def __init__(self, reading: Reading):
        super().__init__(None, reading.strings, data_only=True, epoch=reading.epoch)
        self.hidden_columns = self.hidden_rows = self.merged_ranges = 0
        self._reading = reading

    def lines(self, package: Package, place: str) -> Iterator[Line | None]:
        """Rows with a value, None after a piece without one. Those before a fault come before it."""
        last = 0
        try:
            for element in elements(package, place, frozenset({_ROW, _COLUMN, _MERGED})):
                line = None if element is None else self._line(element)
                last = line.number if line else last
                yield line
        except TableRefused as fault:
            raise _located(fault, last) from None
        except (ValueError, OverflowError) as error:
            raise _located(damaged(place), last) from error

    def _line(self, element: Element) -> Line | None:
        if element.tag != _ROW:
            self.hidden_columns += element.get("hidden") in _TRUE
            self.merged_ranges += element.tag == _MERGED
            return None
        before = self.row_counter
        number, cells = self.parse_row(element)
        self.row_dimensions.clear()  # openpyxl remembers those of every row
        if not before < number <= _MAX_ROW or any(cell["column"] > _MAX_COLUMN for cell in cells):
            raise ValueError(number)
        self.hidden_rows += element.get("hidden") in _TRUE
        return self._checked(number, cells, cut=CUT in element.attrib)

    def _checked(self, number: int, cells: list[dict], *, cut: bool) -> Line | None:
        values, room = {}, ELEMENT_CHARACTERS
        problem = next(filter(None, (cell["problem"] for cell in cells)), "")
        for cell in cells:
            column, text = cell["column"], cell["value"]
            room -= len(text)
            if text and column in values:
                problem = problem or self._sentence(_TWICE, column)
            elif text and room >= 0:
                values[column] = text
        if cut or room < 0:
            problem = str(_TOO_MUCH % {"count": ELEMENT_CHARACTERS})
        if not problem and not "".join(values.values()).strip():
            return None
        line = checked_line(number, [values.get(at, "") for at in range(1, max(values, default=0) + 1)])
        return line._replace(problem=problem) if problem else line

    def parse_cell(self, element: Element) -> dict:
        """What openpyxl makes of a cell, its value as text, and what is wrong with it."""
        kind, raw = element.get("t", "n"), (element.findtext(_VALUE) or "").strip()
        if not _REFERENCE.fullmatch(element.get("r", "A1")) or kind not in _KINDS:
            raise ValueError(element.attrib)
        if kind == "s" and self.shared_strings is None:
            raise damaged("sharedStrings.xml")
        fault, inline = _fault(element, kind, raw), None
        if kind == "inlineStr" and (inline := element.find(_INLINE)) is not None:
            element.remove(inline)
        try:
            cell = super().parse_cell(element)
            text = self._text(cell, kind, raw) if inline is None else text_of(inline)
        except Exception:  # openpyxl raises whatever comes to hand
            fault = fault or (_NO_TEXT if kind in _TEXT_KINDS else _NO_NUMBER)
        if not fault:
            return {"column": self.col_counter, "value": text, "problem": ""}
        problem = self._sentence(fault, self.col_counter, value=shorten(raw))
        return {"column": self.col_counter, "value": raw, "problem": problem}

    def _text(self, cell: dict, kind: str, raw: str) -> str:
        value = cell["value"]
        match kind:
            case _ if value is None:
                return ""
            case "s":
                return value
            case "n":
                return self._number(value, raw, cell["style_id"])
            case "b":
                return "TRUE" if value else "FALSE"
            case "d":
                return value.isoformat().removesuffix("T00:00:00")
        return unescape(value)

    def _number(self, value: float, raw: str, style: int) -> str:
        if style in self._reading.days:
            return _moment(value, self.epoch)
        text = raw if raw.isdigit() else _plain(value)
        return text.zfill(self._reading.zeros.get(style, 0)) if text.isdigit() else text

    def _sentence(self, message, column: int, **params) -> str:
        return str(message % {"cell": f"{get_column_letter(column)}{self.row_counter}", **params})


def _fault(element: Element, kind: str, raw: str):
    """What openpyxl would pass over in a cell."""
    match kind:
        case "str" | "inlineStr":
            return None
        case _ if not raw:
            return _NO_RESULT if element.find(_FORMULA) is not None else None
        case "e":
            return _ERROR
        case "s":
            return _NO_TEXT if raw.startswith("-") else None  # Python would count from the end
        case "b":
            return None if raw in ("0", "1") else _NO_NUMBER  # any other would pass for a consent
        case "n":
            return None if _NUMBER.fullmatch(raw) else _NO_NUMBER
    return None


def _moment(serial: float, epoch) -> str:
    """A day or moment to the second in ISO form. Raises ValueError for one that cannot be."""
    seconds = round(serial * _SECONDS_A_DAY)
    day = seconds // _SECONDS_A_DAY
    if day < 0 or (day == _LEAP_DAY_THAT_NEVER_WAS and epoch == WINDOWS_EPOCH):
        raise ValueError(serial)
    return from_excel(seconds / _SECONDS_A_DAY, epoch).isoformat().removesuffix("T00:00:00")


def _plain(number: float) -> str:
    """Without exponent, and without the noise behind the fifteenth digit that Excel does not show.

    `1.125` gets a zero: in text those three digits are thousands, in a number they never are.
    """
    if not isfinite(number):
        raise ValueError(number)
    text = format(Decimal(f"{number:.15g}"), "f")
    return f"{text}0" if _LIKE_THOUSANDS.fullmatch(text) else text


def _located(fault: TableRefused, last: int) -> TableRefused:
    """Damage, with the last row that could be read."""
    if fault.code != "damaged" or not last:
        return fault
    message = _(
        "This workbook is damaged behind row %(line)d. Open it in Excel, look whether all rows are "
        "there, and save it again as XLSX."
    )
    return TableRefused(message, code="damaged", line=last)
