"""What a file is, found out by walking over it once: columns, first values, words, spellings of days."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils import timezone

from backoffice.core.files.exports import unguard
from backoffice.core.files.tables import Row
from backoffice.core.text.days import day_order
from customers.importing.fields import DAYS
from customers.importing.mapping import CustomerMapping
from customers.importing.recognising import Guess, recognise
from customers.importing.values import Answer, parse_consent
from customers.models import RememberedMapping

SAMPLE_ROWS = 200
SHOWN_VALUES = 4
MAX_WORDS = 12


@dataclass
class Profile:
    """A file as it was read. `values` are the first different cells per header, `guesses` what each
    column is taken for, `words` the cells of consent-like columns with their number.

    `day_orders` has an entry for each column with days like `03/05/1990`: how they are meant, ""
    when nothing in the file tells.
    """

    rows: int = 0
    headers: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    words: dict[str, dict[str, int]] = field(default_factory=dict)
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
    def from_json(cls, values: dict) -> "Profile":
        profile = cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})
        profile.guesses = {header: Guess(*guess) for header, guess in profile.guesses.items()}
        return profile


class Profiler:
    """Looks at every row that passes and knows the `Profile` at the end. Memory does not grow with rows."""

    def __init__(self, table, *, country: str):
        self._table, self._country = table, country
        self._sample: dict[str, list[str]] = {header: [] for header in table.headers}
        self._days: dict[str, list[str]] = {}
        self._words: dict[str, Counter] = {}
        self._rows = 0

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._rows += 1
            if self._rows <= SAMPLE_ROWS:
                self._take_sample(row)
                if self._rows == SAMPLE_ROWS:
                    self._choose_watched()
            elif self._days or self._words:
                self._look(row)
            yield row
        if self._rows < SAMPLE_ROWS:
            self._choose_watched()

    def profile(self) -> Profile:
        table = self._table
        return Profile(
            rows=self._rows,
            headers=table.headers,
            values={header: _first_different(cells) for header, cells in self._sample.items()},
            guesses=recognise(table.headers, self._sample, country=self._country),
            words={header: dict(words.most_common(MAX_WORDS)) for header, words in self._words.items()},
            day_orders={header: day_order(cells) or "" for header, cells in self._days.items()},
            notes=[str(note) for note in table.notes],
            encoding=table.encoding,
            delimiter=table.delimiter,
            header_line=table.header_line,
            sheet=table.sheet,
            sheets=table.sheets,
        )

    def _take_sample(self, row: Row) -> None:
        for header, cell in row.cells.items():
            cell = cell.strip()
            if cell:
                self._sample[header].append(cell)

    def _choose_watched(self) -> None:
        for header, cells in self._sample.items():
            if day_order(cells) is not None:
                self._days[header] = cells.copy()
            elif cells and _are_words(cells):
                self._words[header] = Counter(cells)

    def _look(self, row: Row) -> None:
        for header, cells in self._days.items():
            cell = row.cells.get(header, "")
            # one that tells the order is enough; what could be both ways tells nothing new
            if cell and day_order([cell]) not in (None, "") and cell not in cells:
                cells.append(cell)
                del cells[SAMPLE_ROWS + 100 :]
        for header, words in self._words.items():
            cell = row.cells.get(header, "").strip()
            if cell and (len(words) < 100 or cell in words):
                words[cell] += 1


def _first_different(cells: list[str]) -> list[str]:
    return [unguard(cell)[:60] for cell in list(dict.fromkeys(cells))[:SHOWN_VALUES]]


def _are_words(cells: list[str]) -> bool:
    """Whether a column could hold consents: few words, some of them a yes or a no."""
    different = set(cells)
    return len(different) <= MAX_WORDS and any(_is_answer(cell) for cell in different)


def _is_answer(cell: str) -> bool:
    try:
        return parse_consent(unguard(cell)) is not Answer.UNKNOWN
    except ValidationError:
        return False


def profile_table(table, *, country: str, whole: bool = False) -> Profile:
    """The profile of an open table: from its first rows, or from all when days leave a doubt."""
    profiler = Profiler(table, country=country)
    for count, _row in enumerate(profiler.watch(table.rows()), start=1):
        if not whole and count > SAMPLE_ROWS:
            break
    profile = profiler.profile()
    if not whole and profile.rows > SAMPLE_ROWS and "" in profile.day_orders.values():
        return profile_table(table, country=country, whole=True)
    return profile


def suggest_mapping(profile: Profile, organisation) -> CustomerMapping:
    """How the organisation last read such a file, else what its columns are taken for."""
    stored = RememberedMapping.objects.filter(
        organisation=organisation, headers_key=_headers_key(profile.headers)
    ).first()
    if stored:
        try:
            mapping = CustomerMapping.from_json(stored.mapping)
            return _with_days(mapping.for_headers(profile.headers), profile)
        except ValidationError:
            stored.delete()  # from a version with other fields
    guessed = {header: profile.guesses[header].field for header in profile.headers}
    return _with_days(CustomerMapping(columns=guessed), profile)


def _with_days(mapping: CustomerMapping, profile: Profile) -> CustomerMapping:
    orders = {
        header: order or mapping.day_orders.get(header, "")
        for header, order in profile.day_orders.items()
        if mapping.columns.get(header) in DAYS
    }
    return mapping.with_days({header: order for header, order in orders.items() if order})


def remember_mapping(organisation, profile: Profile, mapping: CustomerMapping) -> None:
    """Keep how a file was read for the next one with the same headers, without consents and tag."""
    RememberedMapping.objects.update_or_create(
        organisation=organisation,
        headers_key=_headers_key(profile.headers),
        defaults={"mapping": mapping.for_others().to_json(), "used_at": timezone.now()},
    )


def is_remembered(organisation, profile: Profile) -> bool:
    return RememberedMapping.objects.filter(
        organisation=organisation, headers_key=_headers_key(profile.headers)
    ).exists()


def open_questions(profile: Profile, mapping: CustomerMapping) -> list[str]:
    """Headers of day columns of which nothing tells how they are meant, and nobody has said."""
    return [
        header
        for header, order in profile.day_orders.items()
        if not order and mapping.columns.get(header) in DAYS and header not in mapping.day_orders
    ]


def _headers_key(headers: list[str]) -> str:
    return sha256("\n".join(headers).encode()).hexdigest()
