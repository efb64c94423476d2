"""Guests from files: chunk by chunk, each row whole or not at all, bad rows beside good ones (TRUST I8).

A guest who exists is completed where fields are empty; nothing is overwritten. A consent follows
only from a clear yes with a stated origin, and never lifts an earlier withdrawal (PRODUCT I4).
"""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.exports import guard
from backoffice.core.tables import CsvTable, shorten
from customers.services.import_chunk import ImportChunk
from customers.services.reading import Fault, GuestReader, GuestRow, RowRefused

CHUNK = 500
SHOWN_FAULTS = 20
_ATTEMPTS = 5


@dataclass
class GuestImport:
    """What became of a file: rows, and what they did. `sha256` is that of the file."""

    rows: int = 0
    created: int = 0
    completed: int = 0
    unchanged: int = 0
    refused: int = 0
    consents: int = 0
    consents_without_origin: int = 0
    ignored_columns: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sha256: str = ""
    seconds: float = 0.0


def import_customers(
    file: BinaryIO,
    *,
    organisation,
    actor=None,
    refused: TextIO | None = None,
    dry_run: bool = False,
    subscribe_origin: str = "",
    progress: Callable[[int], None] | None = None,
) -> GuestImport:
    """Take guests in from a CSV with the headers of our export, CHUNK rows per transaction.

    `refused` gets the bad rows with line, column, value and reason. `subscribe_origin` says where
    consents of the file were given; without it none is taken. `dry_run` writes nothing and counts
    what would happen. Raises ValidationError when the file is no such table. A second run of the
    same file changes nothing.
    """
    started = time.monotonic()
    run = _Run(organisation, dry_run=dry_run, subscribe_origin=subscribe_origin)
    table = CsvTable(file)
    try:
        reader = GuestReader(organisation, table.headers)
        run.result.ignored_columns = reader.ignored
        run.report = _Report(refused, table.headers) if refused else None
        for chunk in _chunks(run.read(reader, table)):
            run.write(chunk)
            if progress:
                progress(run.result.rows)
    finally:
        table.close()
    run.result.sha256 = _digest(file)
    run.result.seconds = time.monotonic() - started
    if not dry_run:
        counts = {name: getattr(run.result, name) for name in ("rows", "created", "completed", "refused")}
        audit(
            action="customers.imported",
            subject=organisation,
            organisation=organisation,
            actor=actor,
            sha256=run.result.sha256,
            **counts,
        )
    return run.result


def _chunks(rows: Iterator[GuestRow]) -> Iterator[list[GuestRow]]:
    chunk = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


class _Report:
    """The file of refused rows: as they came, with what was wrong."""

    def __init__(self, file: TextIO, headers: list[str]):
        self._writer = csv.writer(file, lineterminator="\r\n")
        self._headers = headers
        self._writer.writerow(["refused_line", "refused_column", "refused_value", "reason", *headers])

    def add(self, faults: list[Fault], cells: dict[str, str]) -> None:
        first = faults[0]
        reason = " ".join(fault.reason for fault in faults)
        row = [first.column, shorten(first.value), reason, *(cells.get(name, "") for name in self._headers)]
        self._writer.writerow([first.line, *(guard(str(cell)) for cell in row)])


class _Run:
    """One import of one file."""

    def __init__(self, organisation, *, dry_run: bool, subscribe_origin: str):
        self.organisation, self.dry_run, self.origin = organisation, dry_run, subscribe_origin
        self.location = organisation.locations.order_by("pk").first()
        if self.location is None:
            raise ValidationError(_("The organisation has no location yet."))
        self.result = GuestImport()
        self.report: _Report | None = None
        self._cells: dict[int, dict] = {}
        self._would_create: set[int] = set()  # hashes of phones and e-mails, for a dry run

    def read(self, reader: GuestReader, table: CsvTable) -> Iterator[GuestRow]:
        """Good rows; bad ones go into the report."""
        for line, cells, problem in table.rows():
            self.result.rows += 1
            if problem:
                self._refuse([Fault(line, "", "", problem)], cells)
                continue
            try:
                row = reader.read(line, cells)
            except RowRefused as error:
                self._refuse(error.faults, cells)
                continue
            self._cells[line] = cells
            yield row

    def _refuse(self, faults: list[Fault], cells: dict[str, str]) -> None:
        self.result.refused += 1
        if len(self.result.faults) < SHOWN_FAULTS:
            self.result.faults.append(faults[0])
        if self.report:
            self.report.add(faults, cells)

    def write(self, rows: list[GuestRow]) -> None:
        """Store a chunk; when somebody stored one of its guests in between, match anew."""
        for attempt in range(_ATTEMPTS):
            try:
                with transaction.atomic():
                    chunk = ImportChunk(self, rows)
                    if not self.dry_run:
                        chunk.store()
                break
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        self._count(chunk)

    def _count(self, chunk: ImportChunk) -> None:
        result = self.result
        for fault in chunk.faults:
            self._refuse([fault], self._cells[fault.line])
        self._cells.clear()
        result.created += len(chunk.created)
        result.completed += len(chunk.changed)
        result.unchanged += chunk.unchanged
        result.consents += chunk.consents
        result.consents_without_origin += chunk.consents_without_origin

    def would_create(self, row: GuestRow) -> bool:
        """In a dry run: whether no earlier row of the file has this phone or e-mail."""
        keys = {hash(row.fields[name].casefold()) for name in ("phone", "email") if row.fields.get(name)}
        is_new = not keys & self._would_create
        self._would_create |= keys
        return is_new
