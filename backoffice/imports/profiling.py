"""What a file is, found out by walking over it once: columns, first values, spellings of days."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import NamedTuple

from backoffice.core.files.exports import unguard
from backoffice.core.files.tables import Row
from backoffice.core.text.days import day_order
from backoffice.core.text.text import fold

IGNORED = ""  # a column that is not taken over
SAMPLE_ROWS = 200
SHOWN_VALUES = 4
SHOWN_ROWS = 100  # of each kind that a check lists


class Guess(NamedTuple):
    """What a column is taken for, and why: "header", "content", "computed" (never read) or "" (unknown)."""

    field: str
    by: str


@dataclass
class FileProfile:
    """A file as it was read. `values` are the first different cells per header, `guesses` what each
    column is taken for.

    `day_orders` has an entry for each column with days like `03/05/1990`: how they are meant, ""
    when nothing in the file tells.
    """

    rows: int = 0
    headers: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    day_orders: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "FileProfile":
        profile = cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})
        profile.guesses = {header: Guess(*guess) for header, guess in profile.guesses.items()}
        return profile


class FileProfiler:
    """Looks at every row that passes and knows the profile at the end. Memory does not grow with rows."""

    profile_class = FileProfile

    def __init__(self, table):
        self._table = table
        self.sample: dict[str, list[str]] = {header: [] for header in table.headers}
        self._days: dict[str, list[str]] = {}
        self._rows = 0

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._rows += 1
            if self._rows <= SAMPLE_ROWS:
                self._take_sample(row)
                if self._rows == SAMPLE_ROWS:
                    self.choose_watched()
            elif self.watches:
                self.look(row)
            yield row
        if self._rows < SAMPLE_ROWS:
            self.choose_watched()

    @property
    def watches(self) -> bool:
        """Whether rows behind the sample are looked at too."""
        return bool(self._days)

    def profile(self, **more) -> FileProfile:
        """`more` are the fields that only this kind of file has."""
        table = self._table
        return self.profile_class(
            rows=self._rows,
            headers=table.headers,
            values={header: _first_different(cells) for header, cells in self.sample.items()},
            day_orders={header: day_order(cells) or "" for header, cells in self._days.items()},
            notes=[str(note) for note in table.notes],
            encoding=table.encoding,
            delimiter=table.delimiter,
            header_line=table.header_line,
            sheet=table.sheet,
            sheets=table.sheets,
            **more,
        )

    def choose_watched(self) -> None:
        """Once the sample is complete."""
        for header, cells in self.sample.items():
            if day_order(cells) is not None:
                self._days[header] = cells.copy()

    def look(self, row: Row) -> None:
        for header, cells in self._days.items():
            cell = row.cells.get(header, "")
            # one that tells the order is enough; what could be both ways tells nothing new
            if cell and day_order([cell]) not in (None, "") and cell not in cells:
                cells.append(cell)
                del cells[SAMPLE_ROWS + 100 :]

    def _take_sample(self, row: Row) -> None:
        for header, cell in row.cells.items():
            cell = cell.strip()
            if cell:
                self.sample[header].append(cell)


def _first_different(cells: list[str]) -> list[str]:
    return [unguard(cell)[:60] for cell in list(dict.fromkeys(cells))[:SHOWN_VALUES]]


def header_key(header: str) -> str:
    """What two spellings of a header have in common: `E-Mail-Adresse` and `emailadresse`."""
    return "".join(char for char in fold(header) if char.isalnum())
