"""What step 3 shows: figures, tabs, a page of rows, and whether the import can begin."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.importing.checked_rows import (
    count_by_outcome,
    file_page,
    noted_page,
    one_row,
)
from customers.importing.fields import import_fields
from customers.importing.outcomes import REFUSED, VERDICTS, Counts
from customers.importing.pages.check_rows import RowView, RowViews, column_labels, shown_columns
from customers.importing.profiling import Profile
from customers.models import ImportRow, ImportRun

PER_PAGE = 50
_Outcome = ImportRow.Outcome


@dataclass(frozen=True)
class Tab:
    """The rows that were noted as one of `outcomes`; without them every row of the file."""

    name: str
    label: str
    outcomes: tuple[str, ...] = ()


TABS = {
    tab.name: tab
    for tab in (
        Tab("review", gettext_lazy("To review"), (*REFUSED, _Outcome.HINT, _Outcome.CORRECTED)),
        Tab("faults", gettext_lazy("Faults"), REFUSED),
        Tab("hints", gettext_lazy("Hints"), (_Outcome.HINT,)),
        Tab("duplicates", VERDICTS[_Outcome.DUPLICATE].word, (_Outcome.DUPLICATE,)),
        Tab("all", gettext_lazy("All rows")),
    )
}


class CheckFigures:
    """The figures of a checked import; they follow every correction. One query."""

    def __init__(self, run: ImportRun):
        self.run = run
        self.counts = Counts.from_json(run.checked)
        self._noted = count_by_outcome(run)

    def number_of(self, tab: str) -> int:
        outcomes = TABS[tab].outcomes
        return sum(self._noted.get(outcome, 0) for outcome in outcomes) if outcomes else self.counts.rows

    @property
    def tabs(self) -> list[tuple[Tab, int]]:
        return [(tab, self.number_of(tab.name)) for tab in TABS.values()]

    @property
    def hints(self) -> int:
        return self.number_of("hints")

    @property
    def obstacle(self) -> str:
        """Why an import would do nothing; empty when it would do something."""
        counts = self.counts
        if not counts.rows:
            return _("The file has no rows.")
        if not counts.taken:
            return _("Every row has a fault. Correct some first.")
        if counts.taken == counts.unchanged and not self._has_extras:
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

    @property
    def first_row(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last_row(self) -> int:
        return min(self.number * PER_PAGE, self.total)

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

    tab: Tab
    figures: CheckFigures
    pager: RowPager
    columns: list[tuple[int, str]] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)

    @property
    def places(self) -> str:
        """The columns of this page, for an answer that holds one row of it."""
        return ",".join(str(place) for place, _label in self.columns)

    @property
    def unread_columns(self) -> list[tuple[int, str]]:
        """Those with values on this page that a customer can do without."""
        cells = [cell for row in self.rows for cell in row.cells if cell.reason and cell.is_optional]
        places = {cell.place for cell in cells}
        return [(place, label) for place, label in self.columns if place in places]


def make_check_page(run: ImportRun, tab_name: str, number: int) -> CheckPage:
    """A tab that does not exist is the first one, a page too far the last. At most five queries."""
    tab = TABS.get(tab_name, TABS["review"])
    figures = CheckFigures(run)
    total = figures.number_of(tab.name)
    last = max(1, -(-total // PER_PAGE))
    pager = RowPager(min(max(number, 1), last), last, total)
    if not total:
        return CheckPage(tab, figures, pager)
    headers = Profile.from_json(run.profile).headers
    before = pager.first_row - 1
    page = (
        noted_page(run, tab.outcomes, before, PER_PAGE)
        if tab.outcomes
        else file_page(run, headers, before, PER_PAGE)
    )
    columns = shown_columns(run, headers, page)
    return CheckPage(tab, figures, pager, columns, RowViews(run, headers, columns).of(page))


def make_row_view(run: ImportRun, line: int, places: list[int]) -> RowView:
    """One row with the columns of the page it is on. Raises ImportRow.DoesNotExist."""
    headers = Profile.from_json(run.profile).headers
    labels = column_labels(run, headers)
    columns = [(place, labels[place]) for place in places if place in labels]
    return RowViews(run, headers, columns).of(one_row(run, line))[0]
