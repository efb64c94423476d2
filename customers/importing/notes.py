"""The rows of a run that somebody should look at, as `ImportRow`."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from backoffice.core.files.refused import Fault
from backoffice.core.files.tables import Row, shorten
from backoffice.imports.staging import packed, unpacked
from customers.importing.outcomes import ANSWERS
from customers.importing.walking import Examined
from customers.models import ImportCorrection, ImportRow, ImportRun

MANY_REPEATS = 10
# A row holds few; of one that was made to hold many the first are named and the others counted.
MOST_FAULTS, MOST_HINTS = 8, 5
_LONGEST_NOTE = 300


def keep_rows(run: ImportRun, examined: Examined, corrections: dict[int, ImportCorrection]) -> None:
    """Note what these rows came to, in place of what was noted of them before."""
    if run.checked:  # a check begins with no notes, and a run without a check has none
        lines = [row.line for row in examined.rows]
        ImportRow.objects.filter(run=run, line__range=(min(lines), max(lines))).delete()
    ImportRow.objects.bulk_create(list(_notes(run, examined, corrections)), batch_size=500)


def _notes(run: ImportRun, examined: Examined, corrections) -> Iterable[ImportRow]:
    headers = run.profile["headers"]
    places = {header: place for place, header in enumerate(headers)}
    for row, outcome in zip(examined.rows, examined.outcomes, strict=True):
        if outcome.is_notable or row.line in corrections:
            yield ImportRow(
                run=run,
                line=row.line,
                outcome=outcome.verdict.outcome,
                fate=outcome.fate,
                cells=packed(headers, row.cells),
                faults=_faults(outcome.faults, places),
                hints=_hints(outcome.hints),
                other_line=outcome.other_line,
                rivals=outcome.rivals,
                **{name: getattr(outcome, name) for name in ANSWERS},
            )


def _faults(faults: list[Fault], places: dict[str, int]) -> list[list]:
    kept = [
        [places.get(one.column, ""), shorten(one.value), shorten(str(one.reason), _LONGEST_NOTE), one.code]
        for one in faults[:MOST_FAULTS]
    ]
    return kept + [["", "", more, "more"] for more in _more(len(faults) - MOST_FAULTS)]


def _hints(hints: list[str]) -> list[str]:
    kept = [shorten(str(hint), _LONGEST_NOTE) for hint in hints[:MOST_HINTS]]
    return kept + _more(len(hints) - MOST_HINTS)


def _more(number: int) -> list[str]:
    if number <= 0:
        return []
    return [ngettext("… and %(count)d more.", "… and %(count)d more.", number) % {"count": number}]


def row_of(note: ImportRow, headers: list[str]) -> Row:
    """The row as it was noted, corrections included."""
    is_old = isinstance(note.cells, dict)  # noted by 0.4: by header
    return Row(note.line, note.cells if is_old else unpacked(headers, note.cells), "")


def faults_of(note: ImportRow, headers: list[str]) -> list[Fault]:
    """What is wrong with it; in notes of 0.4 the column is its header."""
    return [
        Fault(note.line, headers[column] if isinstance(column, int) else column, *others)
        for column, *others in note.faults
    ]


def corrections_of(run: ImportRun, lines: Iterable[int]) -> dict[int, ImportCorrection]:
    """What people changed or decided in some rows, by line."""
    lines = list(lines)
    span = ImportCorrection.objects.filter(run=run, line__range=(min(lines), max(lines)))
    return {correction.line: correction for correction in span}


def most_repeated(run: ImportRun) -> dict[str, int]:
    """The line whose contact most later rows of the file have, and how many they are.

    Empty below MANY_REPEATS: one phone number on so many rows may be a placeholder.
    """
    notes = ImportRow.objects.filter(run=run).order_by()
    again = Counter(_rows_by(notes.filter(outcome=ImportRow.Outcome.DUPLICATE), "other_line"))
    for kind in ("phone", "email"):
        shared = _rows_by(notes.filter(outcome=ImportRow.Outcome.HINT).exclude(rivals={}), f"rivals__{kind}")
        again.update({-number: rows for number, rows in shared.items() if number is not None and number < 0})
    line, rows = max(again.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
    return {"repeated_line": line, "repeated_rows": rows} if rows >= MANY_REPEATS else {}


def _rows_by(notes: QuerySet, path: str) -> dict[int | None, int]:
    return dict(notes.values_list(path).annotate(rows=Count("pk")))
