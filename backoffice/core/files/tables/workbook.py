"""Tables in XLSX workbooks (Office Open XML, ECMA-376, transitional and strict)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.base import Line, Table, TableOptions, shorten
from backoffice.core.files.tables.cells import number_formats
from backoffice.core.files.tables.package import Package
from backoffice.core.files.tables.refusals import TableRefused, within_time
from backoffice.core.files.tables.strings import SharedStrings
from backoffice.core.files.tables.worksheet import Reading, Worksheet, column_name


class Sheet(NamedTuple):
    name: str
    path: str
    hidden: bool


class XlsxTable(Table):
    """One worksheet: the chosen one, else the first that is visible and holds something.

    Formulas give the result that was stored, merged cells have their value in the first one.
    """

    kind = "xlsx"
    _ragged = True

    def __init__(self, file: BinaryIO, options: TableOptions = TableOptions()):  # noqa: B008 (frozen)
        super().__init__(options)
        self._package = Package(file)
        self._reading = Reading(None, [], False)
        try:
            sheets = self._read_workbook()
            self.sheets = [sheet.name for sheet in sheets]
            self._chosen = self._choose(sheets)
            self.sheet = self._chosen.name
            self._note_hidden_sheets(sheets)
            self._find_columns()
        except TableRefused:
            self.close()
            raise

    def close(self) -> None:
        if self._reading.strings:
            self._reading.strings.close()
        self._package.close()

    def _lines(self) -> Iterator[Line | None]:
        with self._worksheet(self._chosen) as worksheet:
            yield from worksheet.lines()
            self._note_oddities(worksheet)

    def _column_label(self, index: int) -> str:
        return column_name(index + 1)

    def _read_workbook(self) -> list[Sheet]:
        package = self._package
        targets = package.relations(package.workbook)
        paths = dict(targets.values())
        sheets, since_1904 = [], False
        for _around, name, attributes in package.elements(package.workbook, {"workbookPr", "sheet"}):
            if name == "workbookPr":
                since_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                kind, path = targets.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet" and path in package:
                    hidden = attributes.get("state", "visible") != "visible"
                    sheets.append(Sheet(attributes.get("name", ""), path, hidden))
        styles = paths.get("styles", "")
        formats = number_formats(package, styles) if styles in package else []
        self._reading = Reading(self._shared_strings(paths.get("sharedStrings", "")), formats, since_1904)
        return sheets

    def _shared_strings(self, path: str) -> SharedStrings | None:
        if path not in self._package:
            return None
        limit = settings.TABLE_MAX_SHARED_STRINGS_BYTES
        if self._package.size(path) > limit:
            message = _(
                "The texts of this workbook take more than %(count)d MB. Split it, or save it as CSV."
            )
            raise TableRefused(message, code="limit", count=limit >> 20)
        with self._package.open(path) as stream:
            return SharedStrings(stream, path)

    def _choose(self, sheets: list[Sheet]) -> Sheet:
        if not sheets:
            message = _("This workbook has no sheet with a table. Choose the workbook that holds your list.")
            raise TableRefused(message, code="sheet")
        if self.options.sheet:
            for sheet in sheets:
                if sheet.name == self.options.sheet:
                    return sheet
            message = _("This workbook has no sheet “%(name)s”. Choose one that it has.")
            raise TableRefused(message, code="sheet", name=shorten(self.options.sheet))
        for sheet in sheets:
            if not sheet.hidden and self._holds_something(sheet):
                return sheet
        if any(sheet.hidden for sheet in sheets):
            message = _("The sheets that one can see are empty. Choose a hidden one, or show it in Excel.")
            raise TableRefused(message, code="sheet")
        raise TableRefused(_("This workbook is empty. Choose the one that holds your list."), code="empty")

    def _holds_something(self, sheet: Sheet) -> bool:
        with self._worksheet(sheet) as worksheet:
            return next(within_time(worksheet.lines()), None) is not None

    @contextmanager
    def _worksheet(self, sheet: Sheet) -> Iterator[Worksheet]:
        with self._package.open(sheet.path) as stream:
            yield Worksheet(stream, sheet.path, self._reading)

    def _note_hidden_sheets(self, sheets: list[Sheet]) -> None:
        others = [sheet for sheet in sheets if sheet.name != self.sheet]
        if hidden := [shorten(sheet.name) for sheet in others if sheet.hidden]:
            self.note(_("Hidden sheets were left out: %(names)s.") % {"names": ", ".join(hidden)})
        if others and len(hidden) < len(others):
            self.note(_("Only the sheet “%(name)s” is read.") % {"name": shorten(self.sheet)})

    def _note_oddities(self, worksheet: Worksheet) -> None:
        if worksheet.hidden_columns:
            self.note(_("Hidden columns are read too."))
        if worksheet.hidden_rows:
            self.note(_("Hidden and filtered rows are read too."))
        if worksheet.merged_ranges:
            self.note(_("Merged cells count once: their value belongs to the first row and column."))
