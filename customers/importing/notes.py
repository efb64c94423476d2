"""The rows of a run that somebody should look at, as `ImportRow`."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from customers.importing.outcomes import ANSWERS
from customers.importing.walking import Examined
from customers.models import ImportCorrection, ImportRow, ImportRun

MANY_REPEATS = 10


def keep_rows(run: ImportRun, examined: Examined, corrections: dict[int, ImportCorrection]) -> None:
    """Note what these rows came to, in place of what was noted of them before."""
    if run.checked:  # a check begins with no notes, and a run without a check has none
        lines = [row.line for row in examined.rows]
        ImportRow.objects.filter(run=run, line__range=(min(lines), max(lines))).delete()
    ImportRow.objects.bulk_create(list(_notes(run, examined, corrections)), batch_size=500)


def _notes(run: ImportRun, examined: Examined, corrections) -> Iterable[ImportRow]:
    for row, outcome in zip(examined.rows, examined.outcomes, strict=True):
        if outcome.is_notable or row.line in corrections:
            yield ImportRow(
                run=run,
                line=row.line,
                outcome=outcome.verdict.outcome,
                fate=outcome.fate,
                cells=row.cells,
                faults=[[fault.column, fault.value, fault.reason, fault.code] for fault in outcome.faults],
                hints=outcome.hints,
                other_line=outcome.other_line,
                rivals=outcome.rivals,
                **{name: getattr(outcome, name) for name in ANSWERS},
            )


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
