"""What step 2 shows about each column of the file: first values, field, how it was recognised."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.days import DAY_FIRST
from customers.importing.fields import CONSENTS, DAYS, IGNORED
from customers.importing.pages.columns_form import PROVEN, UNPROVEN, ImportColumnsForm
from customers.importing.values import Answer, parse_consent

_ICONS = {"ok": "check-circle", "neutral": "minus-circle", "warn": "warn", "bad": "warn"}


@dataclass(frozen=True, eq=False)
class Recognition:
    """How a column was understood, in a few words."""

    word: str
    tone: str = "ok"

    @property
    def icon(self) -> str:
        return _ICONS[self.tone]


BY_HEADER = Recognition(_("recognised"))
BY_CONTENT = Recognition(_("recognised by its values"))
BY_HAND = Recognition(_("chosen"))
AS_LAST_TIME = Recognition(_("as last time"))
DAY_COMES_FIRST = Recognition(_("recognised, DD/MM/YYYY"))
MONTH_COMES_FIRST = Recognition(_("recognised, MM/DD/YYYY"))
DAY_OR_MONTH = Recognition(_("day or month first?"), "warn")
WITH_EVIDENCE = Recognition(_("with evidence"))
NEEDS_EVIDENCE = Recognition(_("needs evidence"), "warn")
LEFT_OUT = Recognition(_("is left out"), "neutral")
COMPUTED = Recognition(_("is calculated here"), "neutral")
TWICE = Recognition(_("mapped twice"), "bad")

_MEANINGS = {
    Answer.YES: _("Counts as a yes"),
    Answer.NO: _("Counts as a no"),
    Answer.WITHDRAWN: _("Is recorded as a withdrawal"),
    Answer.UNKNOWN: _("Says nothing"),
    None: _("Not understood"),
}


@dataclass
class ColumnRow:
    """One column: `select` is its form field, `day` the question about its days or None, `words` are
    (meaning, words with their rows) of a consent column."""

    header: str
    values: list[str]
    select: BoundField
    recognition: Recognition
    day: BoundField | None = None
    day_example: str = ""
    words: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)
    is_consent: bool = False

    @property
    def options(self) -> list[tuple]:
        """(group, options, place) as a select shows them."""
        field = self.select.field
        return field.widget.optgroups(self.select.html_name, [self.select.value() or ""])


def column_rows(form: ImportColumnsForm, *, is_remembered: bool) -> list[ColumnRow]:
    return [
        _row(form, place, header, name, is_remembered=is_remembered)
        for place, (header, name) in enumerate(form.columns.items())
    ]


def _row(form, place: int, header: str, name: str, *, is_remembered: bool) -> ColumnRow:
    profile = form.profile
    how = _recognition(form, place, header, name, is_remembered=is_remembered)
    row = ColumnRow(header, profile.values.get(header, []), form[f"field_{place}"], how)
    if name in DAYS and f"day_{place}" in form.fields:
        row.day = form[f"day_{place}"]
        row.day_example = next((value for value in row.values if "/" in value or "-" in value), "")
    if name in CONSENTS:
        row.is_consent = True
        row.words = _meanings(profile.words.get(header, {}))
    return row


def _recognition(form, place: int, header: str, name: str, *, is_remembered: bool) -> Recognition:
    if form[f"field_{place}"].errors:
        return TWICE
    guess = form.profile.guesses[header]
    if name == IGNORED:
        return COMPUTED if guess.by == "computed" else LEFT_OUT
    if name in CONSENTS:
        return _of_consents(form)
    if name in DAYS:
        return _of_days(form, place, header)
    if name != form.before.columns.get(header):
        return BY_HAND
    if is_remembered:
        return AS_LAST_TIME
    return BY_CONTENT if guess.by == "content" else BY_HEADER


def _of_consents(form: ImportColumnsForm) -> Recognition:
    proof = form["proof"].value()
    if not form.may_grant or proof == UNPROVEN:
        return LEFT_OUT
    return WITH_EVIDENCE if proof == PROVEN else NEEDS_EVIDENCE


def _of_days(form: ImportColumnsForm, place: int, header: str) -> Recognition:
    order = form.profile.day_orders.get(header)
    if order is None:
        return BY_HEADER
    chosen = order or (f"day_{place}" in form.fields and form[f"day_{place}"].value())
    if not chosen:
        return DAY_OR_MONTH
    return DAY_COMES_FIRST if chosen == DAY_FIRST else MONTH_COMES_FIRST


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
