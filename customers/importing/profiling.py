"""What a file of customers is: the words of its consents beside what `FileProfile` knows of every file."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils import timezone

from backoffice.core.files.exports import unguard
from backoffice.core.files.tables import Row
from backoffice.imports.profiling import SAMPLE_ROWS, FileProfile, FileProfiler
from customers.importing.fields import DAYS
from customers.importing.mapping import CustomerMapping
from customers.importing.recognising import recognise
from customers.importing.values import Answer, parse_consent
from customers.models import RememberedMapping

MAX_WORDS = 12


@dataclass
class Profile(FileProfile):
    """`words` are the cells of consent-like columns with their number."""

    words: dict[str, dict[str, int]] = field(default_factory=dict)


class Profiler(FileProfiler):
    profile_class = Profile

    def __init__(self, table, *, country: str):
        super().__init__(table)
        self._country = country
        self._words: dict[str, Counter] = {}

    def profile(self) -> Profile:
        return super().profile(
            guesses=recognise(self._table.headers, self.sample, country=self._country),
            words={header: dict(words.most_common(MAX_WORDS)) for header, words in self._words.items()},
        )

    @property
    def watches(self) -> bool:
        return super().watches or bool(self._words)

    def choose_watched(self) -> None:
        super().choose_watched()
        for header, cells in self.sample.items():
            if header not in self._days and cells and _are_words(cells):
                self._words[header] = Counter(cells)

    def look(self, row: Row) -> None:
        super().look(row)
        for header, words in self._words.items():
            cell = row.cells.get(header, "").strip()
            if cell and (len(words) < 100 or cell in words):
                words[cell] += 1


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
