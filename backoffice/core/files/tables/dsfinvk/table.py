"""The export of a till as a table: a row for each position, its order on the first of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from backoffice.core.files.tables.base import Line, Table, TableOptions, checked_line, shorten
from backoffice.core.files.tables.dsfinvk.index import Export
from backoffice.core.files.tables.dsfinvk.positions import HEADERS, number_of, rows_of
from backoffice.core.files.tables.dsfinvk.receipts import NotANumber, Receipt, Receipts
from backoffice.core.files.tables.package import check_entries
from backoffice.core.files.tables.refusals import TableRefused


class TillTable(Table):
    """Receipts with their positions. A row begins on the line of its position in lines.csv."""

    kind = "till"

    def __init__(self, file: BinaryIO, options: TableOptions = TableOptions()):  # noqa: B008 (frozen)
        super().__init__(options)
        self.headers = list(HEADERS)
        self._positions, self._contiguous = list(range(len(HEADERS))), True
        self._folder = tempfile.TemporaryDirectory(prefix="till-")
        self._receipts: Receipts | None = None
        try:
            self._archive = ZipFile(file)
            check_entries(self._archive)
            self._export = Export(self._archive)
        except BadZipFile:
            self.close()
            raise TableRefused(_("This archive is damaged. Export it anew."), code="damaged") from None
        except TableRefused:
            self.close()
            raise

    def close(self) -> None:
        if self._receipts is not None:
            self._receipts.close()
        self._folder.cleanup()

    def _lines(self) -> Iterator[Line | None]:
        if self._receipts is None:
            receipts = Receipts(str(Path(self._folder.name) / "receipts.sqlite3"))
            yield from receipts.build(self._export)
            self._receipts = receipts
        taken = 0
        for receipt in self._receipts.walk():
            lines = _lines_of(receipt)
            taken += bool(lines)
            yield from lines or [None]
        if not taken:
            message = _("This export of a till holds no receipt.")
            raise TableRefused(message, code="empty")


def _lines_of(receipt: Receipt) -> list[Line]:
    """A row for each position, or one that says why the receipt cannot be read."""
    try:
        return [checked_line(line, cells) for line, cells in rows_of(receipt)]
    except NotANumber as error:
        problem = _("The amount “%(text)s” cannot be read.") % {"text": shorten(str(error))}
        cells = [number_of(receipt) if name == "order_id" else "" for name in HEADERS]
        return [Line(receipt.positions[0].line, cells, problem)]
