"""Rows of a checked file as step 3 shows them: cells, faults in their place, what becomes of the row."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.files.refused import Fault
from backoffice.core.files.tables import shorten
from backoffice.core.text.formats import Formats
from customers.importing.checked_rows import CheckedRow, PageOfRows
from customers.importing.fields import IGNORED, import_fields
from customers.importing.outcomes import Fate
from customers.models import Customer, ImportCorrection, ImportRow, ImportRun

ALWAYS_SHOWN = ("full_name", "first_name", "last_name", "email", "phone", "postcode")
_SHOWN_CHARACTERS = 40
_LONG_CHARACTERS = 120  # a longer text gets a field with several lines
_Outcome = ImportRow.Outcome
_BY_HAND = "skipped"
_NOT_HERE = "row"


def column_labels(run: ImportRun, headers: list[str]) -> dict[int, str]:
    """What the columns are that somebody mapped, by their place in the file."""
    mapped, known = run.mapping.get("columns", {}), import_fields()
    names = {place: mapped.get(header, IGNORED) for place, header in enumerate(headers)}
    return {place: str(known[name].label) for place, name in names.items() if name in known}


def shown_columns(run: ImportRun, headers: list[str], page: PageOfRows) -> list[tuple[int, str]]:
    """The columns that tell who it is, and every one with a fault on this page."""
    mapped, labels = run.mapping.get("columns", {}), column_labels(run, headers)
    faulty = {fault.column for row in page.rows for fault in row.faults}
    return [
        (place, labels[place])
        for place, header in enumerate(headers)
        if place in labels and (mapped.get(header) in ALWAYS_SHOWN or header in faulty)
    ]


@dataclass(frozen=True)
class CellView:
    """One cell; with a `reason` it is a field to correct. `text` is short, `value` whole."""

    place: int
    label: str
    value: str
    reason: str = ""

    @property
    def text(self) -> str:
        return shorten(self.value, _SHOWN_CHARACTERS)

    @property
    def is_cut(self) -> bool:
        return len(self.value) > _SHOWN_CHARACTERS

    @property
    def is_long(self) -> bool:
        """A field of one line would swallow line breaks."""
        return len(self.value) > _LONG_CHARACTERS or "\n" in self.value


@dataclass(frozen=True)
class Choice:
    """One of the customers whom a row could mean: `url` is empty for a row of the same file."""

    decision: str
    name: str
    url: str
    button: str


@dataclass(frozen=True)
class RowView:
    """`remarks` are (sentence, tone). `decided` says how a person has settled the row."""

    line: int
    line_text: str
    cells: list[CellView]
    tone: str = ""
    icon: str = ""
    word: str = ""
    remarks: list[tuple[str, str]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    decided: str = ""

    @property
    def is_correctable(self) -> bool:
        return any(cell.reason for cell in self.cells)


class RowViews:
    """Makes the rows of one page; `columns` are (place, label) of those shown."""

    def __init__(self, run: ImportRun, headers: list[str], columns: list[tuple[int, str]], formats: Formats):
        self._headers, self._columns, self._formats = headers, columns, formats
        labels = column_labels(run, headers)
        self._label_of = {headers[place]: label for place, label in labels.items()}
        self._shown = {headers[place] for place, _label in columns}

    def of(self, page: PageOfRows) -> list[RowView]:
        return [self._view(row, page.rivals) for row in page.rows]

    def _view(self, row: CheckedRow, rivals: dict[int, Customer]) -> RowView:
        line_text = self._formats.number(row.line)
        if row.note is None:
            return RowView(row.line, line_text, self._cells(row, {}))
        outcome = row.note.outcome
        reasons = {} if outcome == _Outcome.CONFLICT else self._reasons(row.faults)
        tone, icon, word = self._look(row)
        return RowView(
            row.line,
            line_text,
            self._cells(row, reasons),
            tone,
            icon,
            word,
            self._remarks(row),
            self._choices(row.note, rivals) if outcome == _Outcome.CONFLICT else [],
            _decided(row.decision),
        )

    def _cells(self, row: CheckedRow, reasons: dict[str, str]) -> list[CellView]:
        values = [(place, label, self._headers[place]) for place, label in self._columns]
        return [
            CellView(place, label, row.row.cells.get(header, ""), reasons.get(header, ""))
            for place, label, header in values
        ]

    def _reasons(self, faults: list[Fault]) -> dict[str, str]:
        """What is wrong, by the column shown in which it can be put right."""
        reasons: dict[str, str] = {}
        for fault in faults:
            if fault.column in self._shown:
                before = reasons.get(fault.column)
                reasons[fault.column] = f"{before} {fault.reason}" if before else fault.reason
        return reasons

    def _look(self, row: CheckedRow) -> tuple[str, str, str]:
        return {
            _Outcome.FAULT: ("bad", "x", _("Skipped")),
            _Outcome.CONFLICT: ("bad", "users", _("Two customers")),
            _Outcome.DUPLICATE: ("neutral", "copy", _("Twice in the file")),
            _Outcome.HINT: ("warn", "warn", _("Hint")),
            _Outcome.CORRECTED: ("ok", "check", _("Corrected")),
        }[row.note.outcome]

    def _remarks(self, row: CheckedRow) -> list[tuple[str, str]]:
        note = row.note
        if note.outcome == _Outcome.CONFLICT:
            return [(fault.reason, "bad") for fault in row.faults]
        remarks = [self._elsewhere(fault) for fault in row.faults if fault.column not in self._shown]
        remarks += [(hint, "warn") for hint in note.hints]
        if note.other_line:
            text = _("The same customer as line %(line)s. The two become one.")
            remarks.append((text % {"line": self._formats.number(note.other_line)}, ""))
        elif note.outcome in (_Outcome.HINT, _Outcome.CORRECTED):
            remarks.append((_becomes(note.fate), ""))
        return remarks

    def _elsewhere(self, fault: Fault) -> tuple[str, str]:
        """A fault that has no field on this page."""
        if fault.code == _NOT_HERE:
            return (_("%(reason)s This can only be put right in the file.") % {"reason": fault.reason}, "bad")
        label = self._label_of.get(fault.column)
        return (
            f"{label}: {fault.reason}" if label else fault.reason,
            "" if fault.code == _BY_HAND else "bad",
        )

    def _choices(self, note: ImportRow, rivals: dict[int, Customer]) -> list[Choice]:
        kinds = {"phone": _("phone number"), "email": _("e-mail")}
        return [
            self._choice(kind, kinds[kind], note.rivals[kind], rivals)
            for kind in kinds
            if kind in note.rivals
        ]

    def _choice(self, decision: str, kind: str, number: int, rivals: dict[int, Customer]) -> Choice:
        if number < 0:
            name, url = _("Line %(line)s") % {"line": self._formats.number(-number)}, ""
        elif number in rivals:
            name, url = rivals[number].name, reverse("customers:profile", args=[number])
        else:
            name, url = _("a deleted customer"), ""
        button = _("To %(name)s (%(kind)s)") % {"name": shorten(name), "kind": kind}
        return Choice(decision, name, url, button)


def _becomes(fate: str) -> str:
    return {
        Fate.NEW: _("A new customer."),
        Fate.COMPLETED: _("Completes a customer you have."),
        Fate.UNCHANGED: _("You have this customer already; nothing changes."),
    }.get(fate, "")


def _decided(decision: str) -> str:
    return {
        ImportCorrection.Decision.PHONE: _("Belongs to the customer with this phone number."),
        ImportCorrection.Decision.EMAIL: _("Belongs to the customer with this e-mail."),
        ImportCorrection.Decision.SKIP: _("You decided to skip this row."),
    }.get(decision, "")
