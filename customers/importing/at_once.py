"""A whole file of customers in one call, for the command line and other programs."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TextIO

from django.core.exceptions import ValidationError

from backoffice.core.files.refused import Fault, RefusedFile
from backoffice.core.files.tables import TableOptions
from backoffice.imports import runs
from backoffice.imports.at_once import Progress, bring, take_in, work_off
from customers.importing import runs as customer_runs
from customers.importing.checked_rows import refused_rows
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.importing.outcomes import Counts
from customers.importing.profiling import Profile
from customers.importing.reading import CustomerReader
from customers.models import ImportRow, ImportRun

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
    faults: list[Fault] = field(default_factory=list)
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
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sha256: str = ""
    seconds: float = 0.0
    was_written: bool = False


def check_file(
    path, *, organisation, mapping: CustomerMapping | dict | None = None, options: TableOptions | None = None
) -> CheckResult:
    """Dry run of a CSV, XLSX or vCard file; keeps nothing and raises nothing about the file.

    `mapping` is a CustomerMapping, its JSON, or plain {header: field}; without it the columns are
    recognised. OSError when the file cannot be opened.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            run = bring(ImportRun, file, organisation=organisation, name=path.name, options=options)
        try:
            meant = _meant(run, mapping)
            return _check_result(_check(run, meant))
        finally:
            runs.forget(run)
    except ValidationError as error:
        return CheckResult(error=" ".join(error.messages), error_code=getattr(error, "code", "") or "invalid")


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
    progress: Progress | None = None,
) -> CustomerImport:
    """Take customers in from CSV, XLSX or vCard; the import can be seen, and taken back, in the browser.

    `refused` gets the bad rows with line, column, value and reason. `subscribe_origin` says where
    consents of the file were given; without it (or a basis in `mapping`) none is taken. `dry_run`
    keeps nothing and counts what would happen; `strict` keeps nothing when a row is refused.
    Raises ValidationError when the file is no list of customers. A second run changes nothing.
    """
    started = time.monotonic()
    run = bring(ImportRun, file, organisation=organisation, actor=actor, name=name)
    try:
        meant = _meant(run, mapping, on_existing=on_existing, origin=subscribe_origin)
        if dry_run or strict:
            run = _check(run, meant, progress)
        is_dry = dry_run or bool(Counts.from_json(run.checked).rejected)
        if not is_dry:
            _start(run, meant)
    except BaseException:
        runs.forget(run)
        raise
    run = run if is_dry else take_in(run, progress)
    result = _import_result(run, Counts.from_json(run.checked if is_dry else run.counts), refused)
    if is_dry:
        runs.forget(run)
    result.was_written = not is_dry
    result.seconds = time.monotonic() - started
    return result


# ---- The steps ------------------------------------------------------------------------------------


def _meant(run: ImportRun, mapping, *, on_existing: str = "", origin: str = "") -> CustomerMapping:
    """The mapping as given, else as recognised; with what the caller adds to it."""
    if mapping is None:
        known = CustomerMapping.from_json(run.mapping)
        # what somebody chose in the browser for other rows does not hold here
        mapping = CustomerMapping(known.columns, known.country, day_orders=known.day_orders)
    elif not isinstance(mapping, CustomerMapping):
        mapping = CustomerMapping.from_json(mapping)
    if on_existing:
        mapping = replace(mapping, on_existing=on_existing)
    if origin:
        mapping = replace(mapping, consent=ConsentBasis(origin=origin))
    return mapping


def _check(run: ImportRun, mapping: CustomerMapping, progress: Progress | None = None) -> ImportRun:
    customer_runs.start_check(run, mapping, actor=run.actor, by_hand=False)
    return work_off(run, progress)


def _start(run: ImportRun, mapping: CustomerMapping) -> None:
    if run.state == ImportRun.State.CHECKED:
        runs.start_import(run, actor=run.actor)
    else:
        customer_runs.start_unchecked(run, mapping, actor=run.actor)


# ---- What came of it ------------------------------------------------------------------------------


def _check_result(run: ImportRun) -> CheckResult:
    counts, mapping = Counts.from_json(run.checked), CustomerMapping.from_json(run.mapping)
    result = CheckResult(counts=counts, mapping=mapping, rows=counts.rows, duplicates=counts.duplicates)
    result.accepted, result.rejected = counts.accepted, counts.rejected
    result.notes, result.ignored_columns = run.profile["notes"], _ignored(run)
    for _row, faults in refused_rows(run):
        result.faults += faults
    noted = ImportRow.objects.filter(run=run).exclude(hints=[]).order_by("line")
    result.hints = [(line, hint) for line, hints in noted.values_list("line", "hints") for hint in hints]
    return result


def _import_result(run: ImportRun, counts: Counts, refused: TextIO | None) -> CustomerImport:
    result = CustomerImport(counts=counts, sha256=run.sha256, notes=run.profile["notes"])
    result.ignored_columns = _ignored(run)
    file = RefusedFile(refused, Profile.from_json(run.profile).headers) if refused else None
    for row, faults in _wanted(refused_rows(run), everything=file is not None):
        room = SHOWN_FAULTS - len(result.faults)
        result.faults += faults[: max(0, room)]
        if file:
            file.add(row.line, faults, row.cells)
    return result


def _wanted(rows: Iterator, *, everything: bool) -> Iterator:
    """All refused rows for a file of them, else no more than are shown."""
    for number, row in enumerate(rows):
        if not everything and number >= SHOWN_FAULTS:
            return
        yield row


def _ignored(run: ImportRun) -> list[str]:
    mapping = CustomerMapping.from_json(run.mapping)
    return CustomerReader(run.organisation, run.profile["headers"], mapping).ignored
