"""Rows that a person puts right between check and import; each is checked again at once."""

import sys

from django.db import transaction

from customers.importing.notes import keep_rows, row_of
from customers.importing.outcomes import ANSWERS, REFUSALS, Counts, Fate
from customers.importing.walking import walk_again
from customers.models import ImportCorrection, ImportRow, ImportRun


class NotCorrectable(Exception):
    """The import is no longer waiting for corrections."""


@transaction.atomic
def correct_row(
    run: ImportRun, line: int, *, cells: dict[str, str] | None = None, decision: str | None = None
) -> ImportRow | None:
    """Change cells of a row, by header, or decide about it; returns what it has come to.

    None when there is nothing more to say about the row. Raises `NotCorrectable`,
    ImportRow.DoesNotExist for a row that nothing was noted about, and ValidationError when the file
    is gone. The counts of the check follow.
    """
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.CHECKED:
        raise NotCorrectable
    before = ImportRow.objects.get(run=run, line=line)
    correction, _created = ImportCorrection.objects.get_or_create(run=run, line=line)
    known = run.profile["headers"]
    correction.cells |= {header: text for header, text in (cells or {}).items() if header in known}
    if decision is not None:
        correction.decision = decision
    correction.save()
    return _check_again(run, before, correction)


def _check_again(run: ImportRun, before: ImportRow, correction: ImportCorrection) -> ImportRow | None:
    corrections = {before.line: correction}
    with walk_again(run, remembers=True) as (walk, index):
        index.forget_line(before.line)
        row = row_of(before, run.profile["headers"])._replace(problem=_problem_of(before))
        # a later row of the same customer counts as well: the two are one, whichever comes first
        examined = walk.take([row], corrections=corrections, before=sys.maxsize)
    keep_rows(run, examined, corrections)
    run.checked |= _moved(run.checked, before, walk.counts)
    run.save(update_fields=["checked"])
    return ImportRow.objects.filter(run=run, line=before.line).first()


def _problem_of(row: ImportRow) -> str:
    """A fault of the row itself, such as a cell too many, cannot be put right here."""
    return next((reason for _column, _value, reason, code in row.faults if code == "row"), "")


def _moved(checked: dict, before: ImportRow, after: Counts) -> dict:
    """The counts of the check without what the row came to before, and with what it comes to now."""
    total = Counts.from_json(checked) - _counts_of(before) + after
    return total.to_json()


def _counts_of(note: ImportRow) -> Counts:
    """What a noted row counts as."""
    fate = Fate(note.fate)
    has_hint = bool(note.hints or note.faults) and fate not in REFUSALS
    answers = {name: getattr(note, name) for name in ANSWERS}
    return Counts(rows=1, hints=int(has_hint), **answers, **{fate.value: 1})
