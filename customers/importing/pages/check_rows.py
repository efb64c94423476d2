"""Rows of a checked file as step 3 shows them: cells, faults in their place, what becomes of the row."""

from dataclasses import dataclass, field, replace

from backoffice.core.files.refused import Fault
from backoffice.core.files.tables import shorten
from backoffice.imports.profiling import IGNORED
from customers.importing.checked_rows import CheckedRow, PageOfRows
from customers.importing.fields import CONSENTS, IDENTITY, import_fields
from customers.importing.outcomes import REFUSALS, VERDICTS, Verdict
from customers.models import Customer, ImportCorrection, ImportRow, ImportRun

ALWAYS_SHOWN = ("full_name", "first_name", "last_name", "email", "phone", "postcode")
_SHOWN_CHARACTERS = 40
_LONG_CHARACTERS = 120  # a longer text gets a field with several lines


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
    """One cell; with a `reason` it is a field to correct. `text` is short, `value` whole. A customer can do
    without an `is_optional` one; an `is_left_out` one they come in without. An
    empty consent could count as a yes, so it is not emptied by a press.
    """

    place: int
    label: str
    value: str
    reason: str = ""
    is_optional: bool = False
    is_left_out: bool = False
    may_be_emptied: bool = False

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
    """Whom a row could mean: a `line` of the same file, else a stored customer, None once deleted."""

    decision: str
    line: int = 0
    customer: Customer | None = None

    @property
    def short_name(self) -> str:
        return shorten(self.customer.name) if self.customer else ""


@dataclass(frozen=True)
class RowView:
    """`faults` are (label of the column, fault) where no field of `cells` can put them right, `fate` what
    becomes of the row.
    """

    line: int
    cells: list[CellView]
    note: ImportRow | None = None
    decision: str = ""
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    fate: str = ""
    choices: list[Choice] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict | None:
        return VERDICTS[self.note.outcome] if self.note else None

    @property
    def fault_class(self) -> str:
        """How the faults beside the cells look: no longer bad once the row is skipped by hand."""
        if self.decision == ImportCorrection.Decision.SKIP:
            return "cell-msg--plain"
        return "" if self.note.fate in REFUSALS else "cell-msg--warn"

    @property
    def is_correctable(self) -> bool:
        return any(cell.reason for cell in self.cells)


class RowViews:
    """Makes the rows of one page; `columns` are (place, label) of those shown."""

    def __init__(self, run: ImportRun, headers: list[str], columns: list[tuple[int, str]]):
        self._headers, self._columns = headers, columns
        self._mapped = run.mapping.get("columns", {})
        labels = column_labels(run, headers)
        self._label_of = {headers[place]: label for place, label in labels.items()}
        self._shown = {headers[place] for place, _label in columns}

    def of(self, page: PageOfRows) -> list[RowView]:
        return [self._view(row, page.rivals) for row in page.rows]

    def _view(self, row: CheckedRow, rivals: dict[int, Customer]) -> RowView:
        note = row.note
        if note is None:
            return RowView(row.line, self._cells(row, {}), fate=row.fate)
        if note.outcome == ImportRow.Outcome.CONFLICT:
            faults = [("", fault) for fault in row.faults]
            choices = _choices(note, rivals)
            return RowView(row.line, self._cells(row, {}), note, row.decision, faults, note.fate, choices)
        faults = [
            (self._label_of.get(fault.column, fault.column), fault)
            for fault in row.faults
            if fault.column not in self._shown
        ]
        cells = self._cells(row, self._reasons(row.faults))
        return RowView(row.line, cells, note, row.decision, faults, note.fate, _same_person(note, rivals))

    def _cells(self, row: CheckedRow, reasons: dict[str, str]) -> list[CellView]:
        values = [(place, label, self._headers[place]) for place, label in self._columns]
        return [
            CellView(
                place,
                label,
                row.row.cells.get(header, ""),
                reasons.get(header, ""),
                is_optional=self._mapped.get(header) not in IDENTITY,
                may_be_emptied=self._mapped.get(header) not in {*IDENTITY, *CONSENTS},
                is_left_out=row.note is not None and row.note.fate not in REFUSALS,
            )
            for place, label, header in values
        ]

    def _reasons(self, faults: list[Fault]) -> dict[str, str]:
        """What is wrong, by the column shown in which it can be put right."""
        reasons: dict[str, list[str]] = {}
        for fault in faults:
            if fault.column in self._shown:
                reasons.setdefault(fault.column, []).append(fault.reason)
        return {column: " ".join(texts) for column, texts in reasons.items()}


def _same_person(note: ImportRow, rivals: dict[int, Customer]) -> list[Choice]:
    """The one who shares a contact with this row under another name."""
    return [replace(choice, decision=ImportCorrection.Decision.SAME) for choice in _choices(note, rivals)[:1]]


def _choices(note: ImportRow, rivals: dict[int, Customer]) -> list[Choice]:
    found = [(kind, note.rivals[kind]) for kind in ("phone", "email") if kind in note.rivals]
    return [
        Choice(kind, line=-number) if number < 0 else Choice(kind, customer=rivals.get(number))
        for kind, number in found
    ]
