"""Walks over the products of a file, without writing or for real, and counts what becomes of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import Row, shorten
from backoffice.imports.profiling import SHOWN_ROWS
from orders.catalogue.importing.fields import NAME
from orders.catalogue.importing.reading import ProductReader, ProductRow
from orders.catalogue.importing.tracing import WRITTEN, state_of
from orders.catalogue.values import TAXES, share_at_second
from orders.models import ImportedProduct, Product, ProductImport

CHUNK = 500
_TRIES = 3
Refused = tuple[Row, list[Fault]]


@dataclass
class ProductCounts:
    """What becomes of the rows of a file. `refusals` are the first SHOWN_ROWS, each (line, name, column,
    value, reason)."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[list] = field(default_factory=list)

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "ProductCounts":
        return cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})


@dataclass
class _Fates:
    """What becomes of a chunk: products with what they were before, rows that only the stored ones refuse."""

    added: list[Product] = field(default_factory=list)
    changed: list[tuple[Product, dict]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


class ProductWalk:
    """One walk over rows. A product is known by its name, whatever its case; empty cells leave what is there.

    `refuse` is told of every row that stays out. The names of one file are kept in memory; a file is
    as long as a menu, see `jobs.MOST_ROWS`.
    """

    def __init__(
        self,
        organisation,
        reader: ProductReader,
        counts: ProductCounts | None = None,
        *,
        refuse: Callable[[Row, list[Fault]], None] = lambda row, faults: None,
    ):
        self.organisation, self.reader = organisation, reader
        self.counts = counts or ProductCounts()
        self._refuse_to = refuse
        self._lines: dict[str, int] = {}

    def foresee(self, rows: Iterable[Row]) -> Iterator[None]:
        """Count what would become of the rows, yielding now and then; writes nothing."""
        for chunk in in_chunks(rows):
            refused: list[Refused] = []
            taken = list(self._read(chunk, refused))
            self._count(len(chunk), self._fates(taken, self._stored(taken)), refused)
            yield

    def skip(self, rows: Iterable[Row]) -> None:
        """Rows that are in already: only their names matter."""
        for _row in self._read(rows, []):
            pass

    def store(self, rows: Sequence[Row], run: ProductImport) -> None:
        """Write a chunk and what it did; call it in a transaction."""
        refused: list[Refused] = []
        taken = list(self._read(rows, refused))
        for tried in range(1, _TRIES + 1):
            fates = self._fates(taken, self._stored(taken, lock=True))
            try:
                with transaction.atomic():
                    _write(run, fates)
                break
            except IntegrityError:  # somebody has added one of them meanwhile: now it is there
                if tried == _TRIES:
                    raise
        self._count(len(rows), fates, refused)

    def _read(self, rows: Iterable[Row], refused: list[Refused]) -> Iterator[ProductRow]:
        """The rows that can be read; those that cannot are put into `refused`."""
        for row in rows:
            try:
                read = self.reader.read(row)
                line = self._lines.setdefault(read.key, row.line)
                if line != row.line:
                    reason = _("This product is on line %(line)d already.") % {"line": line}
                    raise RowRefused(self.reader.fault(row, NAME, reason))
            except RowRefused as error:
                refused.append((row, error.faults))
            else:
                yield read

    def _stored(self, taken: list[ProductRow], *, lock: bool = False) -> dict[str, Product]:
        keys = sorted(one.key for one in taken)
        found = Product.objects.filter(organisation=self.organisation, name_key__among=keys).order_by("pk")
        return {product.name_key: product for product in (found.select_for_update() if lock else found)}

    def _fates(self, taken: list[ProductRow], stored: dict[str, Product]) -> _Fates:
        fates = _Fates()
        for one in taken:
            product = stored.get(one.key)
            try:
                self._decide(one, product, fates)
            except RowRefused as error:
                fates.refused.append((one.row, error.faults))
        return fates

    def _decide(self, one: ProductRow, product: Product | None, fates: _Fates) -> None:
        is_new = product is None
        product = product or Product(organisation=self.organisation, name=one.name, name_key=one.key)
        before = state_of(product)
        for name, value in one.values.items():
            setattr(product, name, value)
        if product.price_cents is None:
            raise RowRefused(self.reader.fault(one.row, "price", _("A new product needs a price.")))
        try:
            product.second_tax_pct = share_at_second(*(getattr(product, name) for name in TAXES))
        except ValidationError as error:
            raise RowRefused(self.reader.fault(one.row, "tax_rate", error.message)) from None
        if is_new:
            fates.added.append(product)
        elif state_of(product) != before:
            fates.changed.append((product, before))
        else:
            fates.unchanged += 1

    def _count(self, rows: int, fates: _Fates, refused: list[Refused]) -> None:
        counts = self.counts
        counts.rows += rows
        counts.added += len(fates.added)
        counts.changed += len(fates.changed)
        counts.unchanged += fates.unchanged
        for row, faults in sorted(refused + fates.refused, key=lambda one: one[0].line):
            counts.refused += 1
            if len(counts.refusals) < SHOWN_ROWS:
                name = row.cells.get(self.reader.headers[NAME], "")
                shown = (name, faults[0].column, faults[0].value)
                counts.refusals.append([row.line, *map(shorten, shown), faults[0].reason])
            self._refuse_to(row, faults)


def in_chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _write(run: ProductImport, fates: _Fates) -> None:
    """Products in the order of their keys: two transactions that add the same ones never cross."""
    now = timezone.now()
    for product in (*fates.added, *(product for product, _before in fates.changed)):
        product.edited_at = now
    Product.objects.bulk_create(sorted(fates.added, key=lambda product: product.name_key))
    traces = [
        ImportedProduct(run=run, product=product, created=True, after=state_of(product))
        for product in fates.added
    ]
    Product.objects.bulk_update([product for product, _before in fates.changed], WRITTEN)
    for product, before in fates.changed:
        after = state_of(product)
        names = [name for name, value in after.items() if value != before[name]]
        traces.append(
            ImportedProduct(
                run=run,
                product=product,
                before={name: before[name] for name in names},
                after={name: after[name] for name in names},
            )
        )
    ImportedProduct.objects.bulk_create(traces)
