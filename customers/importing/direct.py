"""A whole file in one go: the dry run of any file, and the import of the command line."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO

from django.core.exceptions import ValidationError
from django.utils import timezone

from backoffice.core.files.tables import Table, TableOptions, open_table
from customers.importing.line_index import LineIndex
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.importing.outcomes import REFUSALS, Counts
from customers.importing.profiling import profile_table, suggest_mapping
from customers.importing.reading import RowFault
from customers.importing.refused_file import RefusedFile
from customers.importing.staging import Staging
from customers.importing.storing import store
from customers.importing.terms import make_terms
from customers.importing.trail import log_import
from customers.importing.walking import Examined, Walk, in_chunks
from customers.models import ImportRun

SHOWN_FAULTS = 20


@dataclass
class CheckResult:
    """What would become of a file. `error` (a sentence, with `error_code`) says why it is no list of
    customers at all, then nothing else is known. `rows` = `accepted` + `rejected` + `duplicates`.

    `faults` has an entry for everything wrong in the rejected rows.
    """

    error: str = ""
    error_code: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    faults: list[RowFault] = field(default_factory=list)
    hints: list[tuple[int, str]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    mapping: CustomerMapping = field(default_factory=CustomerMapping)
    notes: list[str] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)


@dataclass
class CustomerImport:
    """What became of a file, in rows; `faults` are the first ones, `sha256` is that of the file."""

    counts: Counts = field(default_factory=Counts)
    ignored_columns: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sha256: str = ""
    seconds: float = 0.0
    was_written: bool = False


def check_file(
    path, *, organisation, mapping: CustomerMapping | dict | None = None, options: TableOptions | None = None
) -> CheckResult:
    """Dry run of a CSV or XLSX file; writes nothing and raises nothing about the file.

    `mapping` is a CustomerMapping, its JSON, or plain {header: field}; without it the columns are
    recognised. OSError when the file cannot be opened.
    """
    path, result = Path(path), CheckResult()

    def collect(examined: Examined) -> None:
        for outcome in examined.outcomes:
            if outcome.fate in REFUSALS:
                result.faults += outcome.faults
            result.hints += [(outcome.line, hint) for hint in outcome.hints]

    try:
        with path.open("rb") as file:
            source = _Source(file, path.name, organisation, mapping, options)
            walk = source.walk(collect, is_dry=True)
            result.notes = [str(note) for note in source.table.notes]
    except ValidationError as error:
        return CheckResult(error=" ".join(error.messages), error_code=getattr(error, "code", "") or "invalid")
    result.mapping, result.ignored_columns = source.mapping, walk.reader.ignored
    result.counts = walk.counts
    result.rows, result.duplicates = walk.counts.rows, walk.counts.duplicates
    result.accepted, result.rejected = walk.counts.accepted, walk.counts.rejected
    return result


def import_customers(
    file: BinaryIO,
    *,
    organisation,
    actor=None,
    name: str = "",
    mapping: CustomerMapping | dict | None = None,
    refused: TextIO | None = None,
    dry_run: bool = False,
    strict: bool = False,
    on_existing: str = "",
    subscribe_origin: str = "",
    progress: Callable[[int], None] | None = None,
) -> CustomerImport:
    """Take customers in from CSV or XLSX, CHUNK rows per transaction.

    `refused` gets the bad rows with line, column, value and reason. `subscribe_origin` says where
    consents of the file were given; without it (or a basis in `mapping`) none is taken. `dry_run`
    writes nothing and counts what would happen; `strict` writes nothing when a row is refused.
    Raises ValidationError when the file is no list of customers. A second run changes nothing.
    """
    started = time.monotonic()
    source = _Source(file, name, organisation, mapping)
    source.settle(on_existing=on_existing, origin=subscribe_origin)
    result = CustomerImport(sha256=_digest(file))
    report = _Report(result, progress)
    dry = dry_run
    if strict and not dry_run:
        dry = bool(source.walk(report.count_only, is_dry=True).counts.rejected)
    report.refused = RefusedFile(refused, source.table.headers) if refused else None
    walk = source.walk(report.take, is_dry=dry, actor=actor, filename=name, sha256=result.sha256)
    result.counts, result.ignored_columns = walk.counts, walk.reader.ignored
    result.notes = [str(note) for note in source.table.notes]
    result.was_written = not dry
    source.table.close()
    result.seconds = time.monotonic() - started
    return result


class _Report:
    """Listens to a walk for the person at the terminal."""

    def __init__(self, result: CustomerImport, progress: Callable[[int], None] | None):
        self.refused: RefusedFile | None = None
        self._result, self._progress, self._rows = result, progress or (lambda rows: None), 0

    def take(self, examined: Examined) -> None:
        self.count_only(examined)
        for row, outcome in examined.notable:
            if outcome.fate in REFUSALS:
                room = SHOWN_FAULTS - len(self._result.faults)
                self._result.faults += outcome.faults[: max(0, room)]
                if self.refused:
                    self.refused.add(row.line, outcome.faults, row.cells)

    def count_only(self, examined: Examined) -> None:
        self._rows += len(examined.rows)
        self._progress(self._rows)


class _Source:
    """An open file, its table and its mapping."""

    def __init__(self, file: BinaryIO, name: str, organisation, mapping, options: TableOptions | None = None):
        self.organisation, self._file = organisation, file
        self.table: Table = open_table(file, name=name, options=options or TableOptions())
        if mapping is None:
            profile = profile_table(self.table, country=organisation.country)
            known = suggest_mapping(profile, organisation)
            # what somebody chose in the browser for other rows does not hold here
            mapping = CustomerMapping(known.columns, known.country, day_orders=known.day_orders)
        elif not isinstance(mapping, CustomerMapping):
            mapping = CustomerMapping.from_json(mapping)
        self.mapping = mapping.for_headers(self.table.headers)

    def settle(self, *, on_existing: str, origin: str) -> None:
        """What the command line adds to the mapping."""
        if on_existing:
            self.mapping = replace(self.mapping, on_existing=on_existing)
        if origin:
            self.mapping = replace(self.mapping, consent=ConsentBasis(origin=origin))
        self.mapping.check()

    def walk(
        self, listen: Callable[[Examined], None], *, is_dry: bool, actor=None, filename="", sha256=""
    ) -> Walk:
        terms = make_terms(self.organisation, self.mapping, actor=actor, is_dry=is_dry)
        index = LineIndex()
        try:
            walk = Walk(terms, self.table.headers, index=index)
            run = None if is_dry else _begin(terms, self.table, filename, sha256)
            keep = run and partial(_keep, run)
            try:
                for rows in in_chunks(self.table.rows()):
                    listen(walk.take(rows, store=keep))
            except BaseException:
                _finish(run, walk, ImportRun.State.STOPPED)  # what is in can be taken back
                raise
            _finish(run, walk, ImportRun.State.DONE)
        finally:
            index.close()
        return walk


def _begin(terms, table: Table, filename: str, sha256: str) -> ImportRun:
    now = timezone.now()
    return ImportRun.objects.create(
        organisation=terms.organisation,
        actor=terms.actor,
        key=Staging.new_key(),
        filename=filename[:200] or "-",
        kind=table.kind,
        sha256=sha256,
        state=ImportRun.State.RUNNING,
        profile={"headers": table.headers},
        mapping=terms.mapping.to_json(),
        created_at=now,
        started_at=now,
    )


def _keep(run: ImportRun, examined: Examined, counts: Counts) -> None:
    """Store a chunk, and with it that the run is alive: `runs.settle` looks at `finished_at`."""
    store(examined.chunk, run)
    run.counts, run.finished_at = counts.to_json(), timezone.now()
    run.save(update_fields=["counts", "finished_at"])


def _finish(run: ImportRun | None, walk: Walk, state: str) -> None:
    if run is None:  # a dry run
        return
    run.state, run.finished_at = state, timezone.now()
    run.counts = walk.counts.to_json()
    run.save()
    log_import(run)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
