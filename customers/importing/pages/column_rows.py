"""What step 2 shows about each column of a file of customers: the words of its consents too."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.imports.pages.column_rows import (
    LEFT_OUT,
    TWICE,
    ColumnRow,
    Recognition,
    column_row,
    recognition,
)
from customers.importing.fields import CONSENTS
from customers.importing.pages.columns_form import PROVEN, UNPROVEN, ImportColumnsForm
from customers.importing.values import Answer, parse_consent

WITH_EVIDENCE = Recognition(_("with evidence"))
NEEDS_EVIDENCE = Recognition(_("needs evidence"), "warn")

_MEANINGS = {
    Answer.YES: _("Counts as a yes"),
    Answer.NO: _("Counts as a no"),
    Answer.WITHDRAWN: _("Is recorded as a withdrawal"),
    Answer.UNKNOWN: _("Says nothing"),
    None: _("Not understood"),
}


@dataclass
class CustomerColumnRow(ColumnRow):
    """`words` are (meaning, words with their rows) of a consent column."""

    words: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)
    is_consent: bool = False


def column_rows(form: ImportColumnsForm, *, is_remembered: bool) -> list[CustomerColumnRow]:
    return [
        _row(form, place, header, is_remembered=is_remembered)
        for place, header in enumerate(form.profile.headers)
    ]


def _row(form: ImportColumnsForm, place: int, header: str, *, is_remembered: bool) -> CustomerColumnRow:
    how = recognition(form, place, header, is_remembered=is_remembered)
    is_consent = form.columns[header] in CONSENTS
    row = column_row(form, place, header, how, CustomerColumnRow)
    if is_consent:
        row.recognition = how if how is TWICE else _of_consents(form)
        row.is_consent, row.words = True, _meanings(form.profile.words.get(header, {}))
    return row


def _of_consents(form: ImportColumnsForm) -> Recognition:
    proof = form["proof"].value()
    if not form.may_grant or proof == UNPROVEN:
        return LEFT_OUT
    return WITH_EVIDENCE if proof == PROVEN else NEEDS_EVIDENCE


def _meanings(words: dict[str, int]) -> list[tuple[str, list[tuple[str, int]]]]:
    """What the words of a consent column mean, each kind with its words and rows."""
    found: dict[Answer | None, list[tuple[str, int]]] = {}
    for word, rows in words.items():
        found.setdefault(_answer(word), []).append((word, rows))
    return [(title, found[answer]) for answer, title in _MEANINGS.items() if answer in found]


def _answer(word: str) -> Answer | None:
    try:
        return parse_consent(word)
    except ValidationError:
        return None
