"""Takes rows of a file through reading and matching, chunk by chunk."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import Row
from backoffice.imports.staging import KEYS, Staging
from customers.importing.chunk import ImportChunk
from customers.importing.line_index import LineIndex
from customers.importing.mapping import CustomerMapping
from customers.importing.outcomes import Counts, Fate, RowOutcome
from customers.importing.profiling import Profile
from customers.importing.reading import CustomerReader
from customers.importing.stated import CustomerRow
from customers.importing.terms import ImportTerms, make_terms
from customers.models import ImportCorrection, ImportRun
from customers.records import GrowingCustomers

CHUNK = 500
_ATTEMPTS = 5


@dataclass(frozen=True)
class Examined:
    """Some rows, the outcome of each in their order, and the chunk that would be stored."""

    rows: list[Row]
    outcomes: list[RowOutcome]
    chunk: ImportChunk


class Walk:
    """One walk over the rows of a file; `counts` grow with each chunk.

    `index` must know all earlier rows of the file; a walk that `remembers` adds its own.
    Raises ValidationError when no column tells who a customer is.
    """

    def __init__(self, terms: ImportTerms, headers: list[str], *, index: LineIndex, remembers: bool = True):
        self.terms, self.counts = terms, Counts()
        self.reader = CustomerReader(terms.organisation, headers, terms.mapping)
        self._index, self._remembers = index, remembers
        self._customers = GrowingCustomers()

    def take(
        self,
        rows: list[Row],
        *,
        corrections: dict[int, ImportCorrection] | None = None,
        store: Callable[[Examined, Counts], None] | None = None,
        before: int | None = None,
    ) -> Examined:
        """Examine rows and, with `store`, store them in the same transaction.

        `store` also gets the counts with these rows. When somebody stored one of the customers in
        between, they are matched anew. `before` is that of `ImportChunk`.
        """
        rows = [corrected(row, (corrections or {}).get(row.line)) for row in rows]
        decisions = {line: one.decision for line, one in (corrections or {}).items()}
        if store is None:
            examined = self._examine(rows, decisions, before)
        else:
            examined = self._store(rows, decisions, before, store)
            self._customers.grew(len(examined.chunk.created))
        self.counts = self._counts_with(examined)
        if self._remembers:
            self._index.remember(examined.chunk.seen)
        return examined

    def _counts_with(self, examined: Examined) -> Counts:
        counts = replace(self.counts)
        counts.add(examined.outcomes)
        return counts

    def _store(self, rows, decisions, before, store) -> Examined:
        for attempt in range(_ATTEMPTS):
            try:
                with transaction.atomic():
                    examined = self._examine(rows, decisions, before)
                    store(examined, self._counts_with(examined))
                return examined
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError  # the last attempt returns or raises

    def _examine(self, rows: list[Row], decisions: dict[int, str], before: int | None) -> Examined:
        good, outcomes = [], {}
        for row in rows:
            read = self._read(row, decisions.get(row.line, ""))
            if isinstance(read, CustomerRow):
                good.append(read)
            else:
                outcomes[row.line] = read
        chunk = ImportChunk(self.terms, good, self._index, before)
        outcomes |= {outcome.line: outcome for outcome in chunk.outcomes}
        return Examined(rows, [outcomes[row.line] for row in rows], chunk)

    def _read(self, row: Row, decision: str) -> CustomerRow | RowOutcome:
        if row.problem:
            return _refused(row.line, [Fault(row.line, "", "", str(row.problem), "row")])
        if decision == ImportCorrection.Decision.SKIP:
            return _refused(row.line, [Fault(row.line, "", "", _("Skipped by hand."), "skipped")])
        try:
            return self.reader.read(row.line, row.cells, keep=decision)
        except RowRefused as error:
            return _refused(row.line, error.faults)


@contextmanager
def walk_again(run: ImportRun, *, remembers: bool = False) -> Iterator[tuple[Walk, LineIndex]]:
    """A dry walk for single rows of a checked file, and the index of all its rows. ValidationError when
    the file is gone.
    """
    headers = Profile.from_json(run.profile).headers
    mapping = CustomerMapping.from_json(run.mapping).for_headers(headers)
    terms = make_terms(run.organisation, mapping, actor=run.actor, is_dry=True)
    staging = Staging(run.key)
    # what is remembered must reach the host that runs the import
    place = staging.changing(KEYS) if remembers else nullcontext(staging.existing(KEYS))
    with place as path, closing(LineIndex(path)) as index:
        yield Walk(terms, headers, index=index, remembers=remembers), index


def _refused(line: int, faults: list[Fault]) -> RowOutcome:
    return RowOutcome(line, Fate.REFUSED, faults=faults)


def corrected(row: Row, correction: ImportCorrection | None) -> Row:
    """The row as a person has corrected it."""
    if correction is None or not correction.cells:
        return row
    return row._replace(cells=row.cells | correction.cells)


def in_chunks(rows: Iterable) -> Iterator[list]:
    """CHUNK at a time."""
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
