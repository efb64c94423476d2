"""The export of a till as a table: a row for each position, its order on the first of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from backoffice.core.files.tables.base import Line, Table, TableOptions, checked_line
from backoffice.core.files.tables.dsfinvk.index import Export
from backoffice.core.files.tables.dsfinvk.positions import HEADERS, rows_of
from backoffice.core.files.tables.dsfinvk.receipts import Receipts
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
            rows = [*rows_of(receipt)]
            taken += bool(rows)
            yield from (checked_line(line, cells) for line, cells in rows)
            if not rows:
                yield None
        if not taken:
            message = _("This export of a till holds no receipt.")
            raise TableRefused(message, code="empty")
