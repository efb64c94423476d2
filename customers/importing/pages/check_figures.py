"""What step 3 shows: figures, tabs, rows with their faults, and the sentence above the last button."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.core.text.formats import Formats
from customers.importing.checked_rows import (
    count_by_outcome,
    file_page,
    noted_page,
    one_row,
)
from customers.importing.fields import import_fields
from customers.importing.outcomes import Counts
from customers.importing.pages.check_rows import RowView, RowViews, column_labels, shown_columns
from customers.importing.profiling import Profile
from customers.models import ImportRow, ImportRun

PER_PAGE = 50
REVIEW, FAULTS, HINTS, DUPLICATES, ALL = "review", "faults", "hints", "duplicates", "all"
_Outcome = ImportRow.Outcome
TABS = {
    REVIEW: (_Outcome.FAULT, _Outcome.CONFLICT, _Outcome.HINT, _Outcome.CORRECTED),
    FAULTS: (_Outcome.FAULT, _Outcome.CONFLICT),
    HINTS: (_Outcome.HINT,),
    DUPLICATES: (_Outcome.DUPLICATE,),
    ALL: (),
}
LABELS = {
    REVIEW: gettext_lazy("To review"),
    FAULTS: gettext_lazy("Faults"),
    HINTS: gettext_lazy("Hints"),
    DUPLICATES: gettext_lazy("Twice in the file"),
    ALL: gettext_lazy("All rows"),
}


@dataclass(frozen=True)
class CheckTile:
    """One figure of the check; `tone` marks hints and faults."""

    label: str
    value: str
    foot: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class CheckTab:
    name: str
    label: str
    number: str


class CheckFigures:
    """The figures of a checked import; they follow every correction. One query."""

    def __init__(self, run: ImportRun, formats: Formats):
        self.run, self._formats = run, formats
        self.counts = Counts.from_json(run.checked)
        self._noted = count_by_outcome(run)

    @property
    def tiles(self) -> list[CheckTile]:
        counts, number = self.counts, self._formats.number
        return [
            CheckTile(_("Will be created"), number(counts.created), self._consents()),
            CheckTile(_("Will be completed"), number(counts.completed), self._unchanged()),
            CheckTile(
                _("With hint"),
                number(self.number_of(HINTS)),
                _("are imported all the same"),
                "warn",
                "warn",
            ),
            CheckTile(_("With fault"), number(counts.rejected), self._skipped(), "bad", "x-circle"),
        ]

    def _consents(self) -> str:
        number = self.counts.consents
        if not number:
            return _("without consents")
        text = ngettext("%(number)s consent is recorded", "%(number)s consents are recorded", number)
        return text % {"number": self._formats.number(number)}

    def _unchanged(self) -> str:
        if not self.counts.unchanged:
            return _("same e-mail or phone number")
        return _("%(number)s more stay unchanged") % {"number": self._formats.number(self.counts.unchanged)}

    def _skipped(self) -> str:
        number = self.counts.conflicts
        if not number:
            return _("are skipped")
        text = ngettext(
            "are skipped; %(number)s fits two customers",
            "are skipped; %(number)s fit two customers each",
            number,
        )
        return text % {"number": self._formats.number(number)}

    def number_of(self, tab: str) -> int:
        if tab == ALL:
            return self.counts.rows
        return sum(self._noted.get(outcome, 0) for outcome in TABS[tab])

    @property
    def tabs(self) -> list[CheckTab]:
        return [
            CheckTab(name, str(LABELS[name]), self._formats.number(self.number_of(name))) for name in TABS
        ]

    @property
    def has_refused(self) -> bool:
        return self.counts.rejected > 0

    @property
    def left_out_consents(self) -> str:
        """A sentence when the file knows of consents that nobody can prove, else empty."""
        number = self.counts.consents_without_origin
        if not number:
            return ""
        text = ngettext(
            "%(number)s consent in the file is left out: nobody has said where and when it was given.",
            "%(number)s consents in the file are left out: nobody has said where and when they were given.",
            number,
        )
        return text % {"number": self._formats.number(number)}

    @property
    def repeated(self) -> str:
        """A sentence when very many rows are one and the same customer, else empty."""
        number = self.run.checked.get("repeated_rows", 0)
        if not number:
            return ""
        text = _(
            "%(number)s rows have the phone number or e-mail of line %(line)s and become one customer with "
            "it. If that value is a placeholder, empty it in the file and bring the file again."
        )
        line = self._formats.number(self.run.checked["repeated_line"])
        return text % {"number": self._formats.number(number), "line": line}

    # ---- what is about to happen

    @property
    def imported_rows(self) -> str:
        return self._formats.number(self.counts.rows - self.counts.rejected)

    @property
    def all_rows(self) -> str:
        return self._formats.number(self.counts.rows)

    @property
    def button(self) -> str:
        number = self.counts.accepted
        text = ngettext("Import %(number)s customer", "Import %(number)s customers", number)
        return text % {"number": self._formats.number(number)}

    @property
    def obstacle(self) -> str:
        """Why an import would do nothing; empty when it would do something."""
        counts = self.counts
        if not counts.rows:
            return _("The file has no rows.")
        if counts.rows == counts.rejected:
            return _("Every row has a fault. Correct some first.")
        if counts.rows == counts.rejected + counts.unchanged and not self._has_extras:
            return _("Nothing would change: you have these customers already.")
        return ""

    @property
    def _has_extras(self) -> bool:
        """Columns that upper apps read may add something to a customer who stays as they are."""
        names = self.run.mapping.get("columns", {}).values()
        return any(name and import_fields()[name].read for name in names if name in import_fields())


@dataclass(frozen=True)
class RowPager:
    """Pages by number; `numbers` has None where some are left out."""

    number: int
    last: int
    total: int
    formats: Formats

    @property
    def text(self) -> str:
        first = (self.number - 1) * PER_PAGE + 1
        shown = {"first": first, "last": min(self.number * PER_PAGE, self.total), "total": self.total}
        shown = {name: self.formats.number(value) for name, value in shown.items()}
        return ngettext("%(total)s row", "%(first)s–%(last)s of %(total)s rows", self.total) % shown

    @property
    def numbers(self) -> list[int | None]:
        near = {1, self.last, *range(self.number - 1, self.number + 2)}
        pages: list[int | None] = []
        for page in sorted(page for page in near if 1 <= page <= self.last):
            before = pages[-1] if pages else 0
            if before is not None and page > before + 1:
                pages.append(None)
            pages.append(page)
        return pages

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1 if self.number < self.last else 0


@dataclass(frozen=True)
class CheckPage:
    """One page of one tab. `columns` are (place in the file, label)."""

    tab: str
    figures: CheckFigures
    pager: RowPager
    columns: list[tuple[int, str]] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(LABELS[self.tab])

    @property
    def places(self) -> str:
        """The columns of this page, for an answer that holds one row of it."""
        return ",".join(str(place) for place, _label in self.columns)

    @property
    def sentence(self) -> str:
        """What can be done with the rows of this tab."""
        return {
            HINTS: _("These rows are imported all the same."),
            DUPLICATES: _("Rows of the same customer become one; each completes what is still empty."),
            ALL: _("Every row as it stands in the file. Values with a fault can be put right here."),
        }.get(self.tab, _("Put values right in the table. Each row is checked again at once."))

    @property
    def empty(self) -> tuple[str, str]:
        """Heading and sentence of a tab without rows."""
        return {
            REVIEW: (_("Nothing to review"), _("No faults and no hints. The import can begin.")),
            FAULTS: (_("No faults"), _("Every row can be imported.")),
            HINTS: (_("No hints"), _("There is nothing about any row that you should know.")),
            DUPLICATES: (_("No customer twice"), _("Every row is a customer of its own.")),
            ALL: (_("No rows"), _("The file has a header and nothing below it.")),
        }[self.tab]


def make_check_page(run: ImportRun, tab: str, number: int, formats: Formats) -> CheckPage:
    """A tab that does not exist is the first one, a page too far the last. At most five queries."""
    tab = tab if tab in TABS else REVIEW
    figures = CheckFigures(run, formats)
    total = figures.number_of(tab)
    last = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), last)
    pager = RowPager(number, last, total, formats)
    if not total:
        return CheckPage(tab, figures, pager)
    headers = Profile.from_json(run.profile).headers
    first = (number - 1) * PER_PAGE
    page = (
        file_page(run, headers, first, PER_PAGE)
        if tab == ALL
        else noted_page(run, TABS[tab], first, PER_PAGE)
    )
    columns = shown_columns(run, headers, page)
    return CheckPage(tab, figures, pager, columns, RowViews(run, headers, columns, formats).of(page))


def make_row_view(run: ImportRun, line: int, places: list[int], formats: Formats) -> RowView:
    """One row with the columns of the page it is on. Raises ImportRow.DoesNotExist."""
    headers = Profile.from_json(run.profile).headers
    labels = column_labels(run, headers)
    columns = [(place, labels[place]) for place in places if place in labels]
    return RowViews(run, headers, columns, formats).of(one_row(run, line))[0]
