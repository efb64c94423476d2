"""What step 2 shows about each column of the file: first values, field, how it was recognised."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.days import DAY_FIRST
from backoffice.core.text.formats import Formats
from customers.importing.fields import CONSENTS, DAYS, IGNORED
from customers.importing.pages.columns_form import ImportColumnsForm
from customers.importing.pages.forms import DELIMITER_NAMES, ENCODING_NAMES
from customers.importing.profiling import Profile
from customers.importing.values import parse_consent

OK, NEUTRAL, WARN, BAD = "ok", "neutral", "warn", "bad"
ICONS = {OK: "check-circle", NEUTRAL: "minus-circle", WARN: "warn", BAD: "warn"}


@dataclass
class ColumnRow:
    """One column: `select` is its form field, `day` the question about its days or None, `words` are
    (meaning, words with counts) of a consent column."""

    header: str
    values: list[str]
    select: BoundField
    tone: str
    text: str
    day: BoundField | None = None
    day_example: str = ""
    words: list[tuple[str, str]] = field(default_factory=list)
    is_consent: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.tone]

    @property
    def options(self) -> list[tuple]:
        """(group, options, place) as a select shows them."""
        field = self.select.field
        return field.widget.optgroups(self.select.html_name, [self.select.value() or ""])


def column_rows(form: ImportColumnsForm, *, is_remembered: bool, formats: Formats) -> list[ColumnRow]:
    return [
        _row(form, place, header, name, is_remembered=is_remembered, formats=formats)
        for place, (header, name) in enumerate(form.columns.items())
    ]


def _row(form, place, header, name, *, is_remembered: bool, formats: Formats) -> ColumnRow:
    profile = form.profile
    tone, text = _recognition(form, place, header, name, is_remembered=is_remembered)
    row = ColumnRow(header, profile.values.get(header, []), form[f"field_{place}"], tone, text)
    if name in DAYS and f"day_{place}" in form.fields:
        row.day = form[f"day_{place}"]
        row.day_example = next((value for value in row.values if "/" in value or "-" in value), "")
    if name in CONSENTS:
        row.is_consent = True
        row.words = list(_meanings(profile.words.get(header, {}), formats))
    return row


def _recognition(form, place: int, header: str, name: str, *, is_remembered: bool) -> tuple[str, str]:
    if form[f"field_{place}"].errors:
        return BAD, _("mapped twice")
    guess = form.profile.guesses[header]
    if name == IGNORED:
        return NEUTRAL, _("is calculated here") if guess.by == "computed" else _("is left out")
    if name in CONSENTS:
        return _consent_state(form)
    if name in DAYS:
        return _day_state(form, place, header)
    if name != form.before.columns.get(header):
        return OK, _("chosen")
    if is_remembered:
        return OK, _("as last time")
    return OK, _("recognised by its values") if guess.by == "content" else _("recognised")


def _consent_state(form: ImportColumnsForm) -> tuple[str, str]:
    if not form.may_grant:
        return NEUTRAL, _("is left out")
    proof = form["proof"].value()
    if proof == "no":
        return NEUTRAL, _("is left out")
    return (OK, _("with evidence")) if proof == "yes" else (WARN, _("needs evidence"))


def _day_state(form: ImportColumnsForm, place: int, header: str) -> tuple[str, str]:
    order = form.profile.day_orders.get(header)
    if order is None:
        return OK, _("recognised")
    chosen = order or (f"day_{place}" in form.fields and form[f"day_{place}"].value())
    if not chosen:
        return WARN, _("day or month first?")
    return OK, _("recognised, DD/MM/YYYY") if chosen == DAY_FIRST else _("recognised, MM/DD/YYYY")


def _meanings(words: dict[str, int], formats: Formats) -> Iterator[tuple[str, str]]:
    """What the words of a consent column mean, each kind with its words and rows."""
    kinds: dict[str, list[str]] = {}
    for word, rows in words.items():
        shown = ngettext("“%(word)s” (%(rows)s row)", "“%(word)s” (%(rows)s rows)", rows)
        kinds.setdefault(_kind(word), []).append(shown % {"word": word[:40], "rows": formats.number(rows)})
    titles = {
        "yes": _("Counts as a yes"),
        "no": _("Counts as a no"),
        "open": _("Says nothing"),
        "unclear": _("Not understood, these rows are refused"),
    }
    for kind, title in titles.items():
        if kind in kinds:
            yield title, ", ".join(kinds[kind])


def _kind(word: str) -> str:
    try:
        answer = parse_consent(word)
    except ValidationError:
        return "unclear"
    return {True: "yes", False: "no", None: "open"}[answer]


def reading_facts(profile: Profile, formats: Formats) -> list[str]:
    """How the file was read, in a few words: rows, columns, separator, encoding, header."""
    columns = len(profile.headers)
    facts = [
        ngettext("%(rows)s row", "%(rows)s rows", profile.rows) % {"rows": formats.number(profile.rows)},
        ngettext("%(number)s column", "%(number)s columns", columns) % {"number": columns},
    ]
    if profile.sheet:
        facts.append(_("sheet “%(name)s”") % {"name": profile.sheet})
    if profile.delimiter:
        facts.append(str(DELIMITER_NAMES[profile.delimiter]))
    if profile.encoding:
        facts.append(ENCODING_NAMES[profile.encoding])
    if profile.header_line:
        facts.append(_("header in line %(number)s") % {"number": formats.number(profile.header_line)})
    else:
        facts.append(_("no header"))
    return facts
