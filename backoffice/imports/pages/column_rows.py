"""What step 2 shows about each column of the file: first values, field, how it was recognised."""

from dataclasses import dataclass

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.days import DAY_FIRST
from backoffice.imports.pages.forms import ColumnsForm
from backoffice.imports.profiling import IGNORED

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
LEFT_OUT = Recognition(_("is left out"), "neutral")
COMPUTED = Recognition(_("is calculated here"), "neutral")
TWICE = Recognition(_("mapped twice"), "bad")


@dataclass
class ColumnRow:
    """One column: `select` is its form field, `day` the question about its days or None."""

    header: str
    values: list[str]
    select: BoundField
    recognition: Recognition
    day: BoundField | None = None
    day_example: str = ""

    @property
    def options(self) -> list[tuple]:
        """(group, options, place) as a select shows them."""
        field = self.select.field
        return field.widget.optgroups(self.select.html_name, [self.select.value() or ""])


def column_row(form: ColumnsForm, place: int, header: str, how: Recognition, kind=ColumnRow) -> ColumnRow:
    row = kind(header, form.profile.values.get(header, []), form[f"field_{place}"], how)
    if form.columns[header] in form.days and f"day_{place}" in form.fields:
        row.day = form[f"day_{place}"]
        row.day_example = next((value for value in row.values if "/" in value or "-" in value), "")
    return row


def recognition(form: ColumnsForm, place: int, header: str, *, is_remembered: bool) -> Recognition:
    """How the column was understood, or what a person made of it."""
    name, guess = form.columns[header], form.profile.guesses[header]
    if form[f"field_{place}"].errors:
        return TWICE
    if name == IGNORED:
        return COMPUTED if guess.by == "computed" else LEFT_OUT
    if name in form.days:
        return _of_days(form, place, header)
    if name != form.columns_before.get(header):
        return BY_HAND
    if is_remembered:
        return AS_LAST_TIME
    return BY_CONTENT if guess.by == "content" else BY_HEADER


def _of_days(form: ColumnsForm, place: int, header: str) -> Recognition:
    order = form.profile.day_orders.get(header)
    if order is None:
        return BY_HEADER
    chosen = order or (f"day_{place}" in form.fields and form[f"day_{place}"].value())
    if not chosen:
        return DAY_OR_MONTH
    return DAY_COMES_FIRST if chosen == DAY_FIRST else MONTH_COMES_FIRST
