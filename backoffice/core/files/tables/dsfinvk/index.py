"""`index.xml` of an export: which files it has, and which column is which."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.refusals import TableRefused

_INDEX, _HEADS, _LINES = "index.xml", "transactions.csv", "lines.csv"
_INDEX_BYTES = 4 << 20


def is_till_export(file: BinaryIO) -> bool:
    """Whether a ZIP is such an export; its files may stand in a folder."""
    try:
        names = {PurePosixPath(name).name.casefold() for name in ZipFile(file).namelist()[:5_000]}
    except (BadZipFile, ValueError, OSError):
        return False
    return {_INDEX, _HEADS, _LINES} <= names


@dataclass(frozen=True)
class Sheet:
    """A file of the export: its columns in order, and how its cells are written."""

    name: str
    columns: tuple[str, ...]
    delimiter: str = ";"
    quote: str = '"'
    decimal: str = ","
    grouping: str = ""
    numbers: frozenset[str] = frozenset()
    first_line: int = 2

    def cells(self, row: list[str]) -> dict[str, str]:
        """By column; numbers with a point, without what groups their thousands."""
        cells = dict(zip(self.columns, row, strict=False))
        for name in self.numbers & cells.keys():
            if self.decimal in cells[name]:
                cells[name] = cells[name].replace(self.grouping, "").replace(self.decimal, ".")
        return cells


class Export:
    """The files that the index names, by their names in small letters. Raises TableRefused."""

    def __init__(self, archive: ZipFile):
        self._archive = archive
        self._names = {PurePosixPath(name).name.casefold(): name for name in archive.namelist()}
        self.sheets = {sheet.name.casefold(): sheet for sheet in _sheets(self._index())}
        for name in (_HEADS, _LINES):
            if name not in self.sheets or name not in self._names:
                message = _("This export of a till names no %(name)s. Export it anew.")
                raise TableRefused(message, code="damaged", name=name)

    def _index(self) -> bytes:
        with self._archive.open(self._names[_INDEX]) as file:
            content = file.read(_INDEX_BYTES + 1)
        if len(content) > _INDEX_BYTES:
            raise _damaged()
        return content

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by column of one file; none when the export has no such file."""
        sheet, entry = self.sheets.get(name), self._names.get(name)
        if sheet is None or entry is None:
            return
        csv.field_size_limit(settings.TABLE_MAX_CELL_CHARACTERS)
        with self._archive.open(entry) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
            reader = csv.reader(text, delimiter=sheet.delimiter, quotechar=sheet.quote)
            try:
                for cells in reader:
                    if reader.line_num >= sheet.first_line and any(cells):
                        yield reader.line_num, sheet.cells(cells)
            except (csv.Error, BadZipFile, EOFError, OSError):
                message = _("%(name)s is damaged at line %(line)d. Export it anew.")
                raise TableRefused(message, code="damaged", name=name, line=reader.line_num) from None


def _sheets(content: bytes) -> Iterator[Sheet]:
    """The index names a document type of the tax office, which is not read."""
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise _damaged() from None
    for table in root.iter("Table"):
        layout = table.find("VariableLength")
        if layout is None:
            continue
        yield Sheet(
            name=PurePosixPath(_text(table, "URL")).name,
            columns=tuple(_columns(layout)),
            delimiter=_text(layout, "ColumnDelimiter") or ";",
            quote=_text(layout, "TextEncapsulator") or '"',
            decimal=_text(table, "DecimalSymbol") or ",",
            grouping=_text(table, "DigitGroupingSymbol"),
            numbers=frozenset(_columns(layout, of_numbers=True)),
            first_line=int(_text(table, "Range/From") or 1),
        )


def _columns(layout, *, of_numbers: bool = False) -> Iterator[str]:
    for column in layout:
        is_column = column.tag in ("VariablePrimaryKey", "VariableColumn")
        if is_column and not (of_numbers and column.find("Numeric") is None):
            yield _text(column, "Name").upper()


def _text(element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _damaged() -> TableRefused:
    return TableRefused(_("The index.xml of this export cannot be read. Export it anew."), code="damaged")
