"""Tables in XLSX workbooks (Office Open XML, ECMA-376, transitional and strict), by way of openpyxl."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from backoffice.core.files.tables.base import Line, Table, TableOptions, shorten
from backoffice.core.files.tables.book import Sheet, read_book
from backoffice.core.files.tables.package import Package
from backoffice.core.files.tables.refusals import TableRefused, within_time
from backoffice.core.files.tables.worksheet import Worksheet


class XlsxTable(Table):
    """One worksheet: the chosen one, else the first that is visible and holds something.

    Formulas give the result that was stored, merged cells have their value in the first one.
    """

    kind = "xlsx"
    _ragged = True

    def __init__(self, file: BinaryIO, options: TableOptions = TableOptions()):  # noqa: B008 (frozen)
        super().__init__(options)
        self._package = Package(file)
        try:
            sheets, self._reading = read_book(self._package)
            self.sheets = [sheet.name for sheet in sheets]
            self._chosen = self._choose(sheets)
            self.sheet = self._chosen.name
            self._note_hidden_sheets(sheets)
            self._find_columns()
        except TableRefused:
            self.close()
            raise

    def close(self) -> None:
        self._package.close()

    def _lines(self) -> Iterator[Line | None]:
        worksheet = Worksheet(self._reading)
        yield from worksheet.lines(self._package, self._chosen.path)
        self._note_oddities(worksheet)

    def _column_label(self, index: int) -> str:
        return get_column_letter(index + 1)

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
        lines = Worksheet(self._reading).lines(self._package, sheet.path)
        return next(within_time(lines), None) is not None

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
