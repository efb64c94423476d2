"""What the pages of an import read of its rows: a page of some kind, figures, whom a row could mean."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from django.db.models import Count

from backoffice.audit.services import audit
from backoffice.core.database.streaming import stream_rows
from backoffice.core.files.refused import Fault, RefusedFile, TextBuffer
from backoffice.core.files.tables import Row
from backoffice.imports.staging import Staging
from customers.importing.notes import corrections_of, faults_of, row_of
from customers.importing.outcomes import REFUSED
from customers.importing.walking import walk_again
from customers.models import Customer, ImportCorrection, ImportRow, ImportRun

_ROWS_PER_FETCH = 500


@dataclass(frozen=True)
class CheckedRow:
    """A row of the file, what the check noted about it, if anything, and what a person decided.

    `fate` says what becomes of a row about which nothing was noted.
    """

    row: Row
    note: ImportRow | None = None
    faults: list[Fault] = field(default_factory=list)
    decision: str = ""
    fate: str = ""

    @property
    def line(self) -> int:
        return self.row.line


@dataclass(frozen=True)
class PageOfRows:
    """Some rows and the stored customers whom their conflicts name, by id."""

    rows: list[CheckedRow]
    rivals: dict[int, Customer] = field(default_factory=dict)


def count_by_outcome(run: ImportRun) -> dict[str, int]:
    """How many rows were noted for what; one walk along the index of the tabs."""
    rows = ImportRow.objects.filter(run=run).order_by()
    return dict(rows.values_list("outcome").annotate(Count("pk")))


def noted_page(run: ImportRun, outcomes: Collection[str], first: int, count: int) -> PageOfRows:
    """Rows that were noted for one of these, by line; `first` counts from 0. Three queries."""
    notes = ImportRow.objects.filter(run=run, outcome__in=outcomes).order_by("line")
    return _with_people(run, [(row_of(note, _headers(run)), note) for note in notes[first : first + count]])


def file_page(run: ImportRun, headers: list[str], first: int, count: int) -> PageOfRows:
    """Rows of the file by their place in it, counted from 0. Raises ValidationError when it is gone."""
    rows = Staging(run.key).read_page(headers, first, count)
    notes = ImportRow.objects.filter(run=run, line__in=[row.line for row in rows])
    by_line = {note.line: note for note in notes}
    known = [row_of(by_line[row.line], headers) if row.line in by_line else row for row in rows]
    page = _with_people(run, [(row, by_line.get(row.line)) for row in known])
    fates = _fates(run, rows)
    return replace(page, rows=[replace(row, fate=fates.get(row.line, "")) for row in page.rows])


def _fates(run: ImportRun, rows: list[Row]) -> dict[int, str]:
    """What becomes of rows, by line, while the import waits: the check keeps it only where there is
    something to say.
    """
    if run.state != ImportRun.State.CHECKED or not rows:
        return {}
    with walk_again(run) as (walk, _index):
        examined = walk.take(rows, corrections=corrections_of(run, [row.line for row in rows]))
    return {outcome.line: outcome.fate for outcome in examined.outcomes}


def one_row(run: ImportRun, line: int) -> PageOfRows:
    """The row of this line. Raises ImportRow.DoesNotExist when nothing was noted about it."""
    note = ImportRow.objects.get(run=run, line=line)
    return _with_people(run, [(row_of(note, _headers(run)), note)])


def _headers(run: ImportRun) -> list[str]:
    return run.profile["headers"]


def _with_people(run: ImportRun, pairs: list[tuple[Row, ImportRow | None]]) -> PageOfRows:
    decisions = ImportCorrection.objects.filter(run=run, line__in=[row.line for row, _note in pairs])
    decided = dict(decisions.values_list("line", "decision"))
    headers = _headers(run)
    rows = [
        CheckedRow(row, note, faults_of(note, headers) if note else [], decided.get(row.line, ""))
        for row, note in pairs
    ]
    ids = {number for _row, note in pairs if note for number in note.rivals.values() if number > 0}
    customers = Customer.objects.of(run.organisation).filter(pk__in=ids)
    return PageOfRows(rows, {customer.pk: customer for customer in customers})


def download_refused(run: ImportRun, headers: list[str], *, actor, delimiter: str) -> Iterator[bytes]:
    """The rows that stay out, with the reason, as CSV in UTF-8 with BOM. Logged at the call."""
    audit(action="customers.refused_downloaded", subject=run, actor=actor, sha256=run.sha256)
    return _refused_chunks(run, headers, delimiter)


def _refused_chunks(run: ImportRun, headers: list[str], delimiter: str) -> Iterator[bytes]:
    buffer = TextBuffer()
    file = RefusedFile(buffer, headers, delimiter=delimiter)
    yield b"\xef\xbb\xbf" + buffer.take()
    for row, faults in refused_rows(run):
        file.add(row.line, faults, row.cells)
        yield buffer.take()


def refused_rows(run: ImportRun) -> Iterator[tuple[Row, list[Fault]]]:
    """The rows that stay out, by line, with what is wrong with each."""
    headers = _headers(run)
    notes = ImportRow.objects.filter(run=run, outcome__in=REFUSED).order_by("line")
    for note in stream_rows(notes, _ROWS_PER_FETCH):
        yield row_of(note, headers), faults_of(note, headers)
