"""Takes a whole file of orders in, CSV or XLSX, and says what became of it."""

import hashlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.files.refused import Fault, RefusedFile, RowRefused
from backoffice.core.files.tables import Row, open_table
from orders.recording import Answer, BulkResult, OrderRecorder, Outcome
from orders.sources.csv_orders import OrderReader, check_headers
from orders.sources.grouping import rows_by_order


@dataclass
class OrderImport:
    """What became of a file. Sums are those of the recorded orders; see BulkResult."""

    result: BulkResult
    ignored_columns: list[str] = field(default_factory=list)
    orders: int = 0
    refused_orders: int = 0
    refused_lines: int = 0
    first_refusals: list[tuple[str, Fault]] = field(default_factory=list)
    seconds: float = 0.0


class OrderFileImport:
    """One run over one file. A bad order never stops the good ones; a second run changes nothing."""

    _SHOWN = 20

    def __init__(self, organisation, *, refused: TextIO, progress: Callable[[int], None] | None = None):
        """`refused` takes the lines of refused orders with reasons, `progress` the orders done so far."""
        self.organisation = organisation
        self._reader = OrderReader(organisation)
        self._recorder = OrderRecorder(organisation)
        self._refused_to = refused
        self._progress = progress or (lambda orders: None)
        self._waiting: dict[tuple[str, str], list[Row]] = {}
        self.summary = OrderImport(self._recorder.result)

    def run(self, file: BinaryIO, *, name: str = "", actor=None) -> OrderImport:
        """Import `file`, which must allow seeking. Raises ValidationError when it is no such table.

        Nothing is written then: the file is read to its end before the first order is taken.
        """
        start = time.perf_counter()
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        with closing(open_table(file, name=name)) as table:
            self.summary.ignored_columns = check_headers(table.headers)
            self._refused = RefusedFile(self._refused_to, table.headers)
            for rows in rows_by_order(table.rows()):
                self._take(rows)
            self._settle(self._recorder.flush())
        self.summary.seconds = time.perf_counter() - start
        self._log(digest, actor)
        return self.summary

    def _take(self, rows: list[Row]) -> None:
        self.summary.orders += 1
        try:
            event = self._reader.read(rows)
        except RowRefused as refused:
            self._refuse(rows, refused.faults[0])
            return
        self._waiting[event.key] = rows
        self._settle(self._recorder.add(event))

    def _settle(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.answer is Answer.CONFLICT:
                rows = self._waiting[outcome.event.key]
                reason = _("Another order is stored under this number. It was left as it is.")
                number = outcome.event.external_id
                self._refuse(rows, Fault(rows[0].line, "order_id", number, str(reason)))
        if outcomes:
            self._waiting.clear()
            self._progress(self.summary.orders)

    def _refuse(self, rows: list[Row], fault: Fault) -> None:
        summary = self.summary
        summary.refused_orders += 1
        summary.refused_lines += len(rows)
        if len(summary.first_refusals) < self._SHOWN:
            summary.first_refusals.append((rows[0].cells.get("order_id", ""), fault))
        for row in rows:
            self._refused.add(fault.line, [fault], row.cells)

    def _log(self, digest: str, actor) -> None:
        audit(
            action="orders.imported",
            subject=self.organisation,
            organisation=self.organisation,
            actor=actor,
            sha256=digest,
            recorded=self.summary.result.recorded,
            repeated=self.summary.result.repeated,
            refused=self.summary.refused_orders,
        )
