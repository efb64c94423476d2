"""Walks over the orders of a file, without writing or for real, and counts what becomes of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import shorten
from backoffice.core.text.periods import local_day
from backoffice.imports.profiling import SHOWN_ROWS
from customers.models import Customer
from customers.models.customer import email_key
from orders.choices import OrderStatus
from orders.correcting import void_order
from orders.importing.grouping import OrderRows
from orders.importing.reading import OrderReader, ReadOrder
from orders.models import Order
from orders.recording import Answer, Batch, OrderRecorder, foresee

_ORDERS_PER_LOOK = 500


@dataclass
class OrderCounts:
    """What becomes of the orders of a file. Sums are cents of the new receipts, the total before tips;
    `no_receipts` are new orders that are open or voided, `voided` stored ones that the file says
    are voided now; days are ISO. `refusals` and `notes` are the
    first SHOWN_ROWS, each (line, number, column, value, reason).
    """

    rows: int = 0
    orders: int = 0
    lines: int = 0
    recorded: int = 0
    repeated: int = 0
    voided: int = 0
    refused: int = 0
    refused_rows: int = 0
    hints: int = 0
    anonymous: int = 0
    no_receipts: int = 0
    customers_created: int = 0
    customers_found: int = 0
    total_cents: int = 0
    tip_cents: int = 0
    first_day: str = ""
    last_day: str = ""
    refusals: list[list] = field(default_factory=list)
    notes: list[list] = field(default_factory=list)

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "OrderCounts":
        return cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})


@dataclass(frozen=True)
class _Taken:
    read: ReadOrder
    order: OrderRows


class OrderWalk:
    """One walk over grouped rows. `refuse` is told of every order that stays out, with its fault."""

    def __init__(
        self,
        reader: OrderReader,
        counts: OrderCounts | None = None,
        *,
        refuse: Callable[[OrderRows, Fault], None] = lambda order, fault: None,
    ):
        self.reader, self.organisation = reader, reader.organisation
        self.counts = counts or OrderCounts()
        self.line = 0  # the first line of the last order that is done
        self._refuse_to = refuse
        self._taken: list[_Taken] = []

    def foresee(self, orders: Iterable[OrderRows]) -> Iterator[None]:
        """Count what would become of the orders, yielding now and then; writes nothing."""
        people = _People(self.organisation)
        for order in orders:
            self._take(order)
            # by orders, refused ones too: a file of nothing else has to report as well
            if self.counts.orders % _ORDERS_PER_LOOK == 0:
                self._look(people)
                yield
        self._look(people)
        yield

    def record(self, orders: Iterable[OrderRows], recorder: OrderRecorder, pause: Callable[[], None]) -> None:
        """Store the orders. `recorder` calls `settle` within the transaction of each batch; `pause` is
        called outside of them."""
        for order in orders:
            taken = self._take(order)
            if taken:
                recorder.add(taken.read.event)
            pause()
        recorder.flush()

    def settle(self, batch: Batch) -> None:
        """Count a batch that is being stored: exactly what was taken since the last one."""
        for taken, outcome in zip(self._taken, batch.outcomes, strict=True):
            if outcome.answer is Answer.CONFLICT and (order := self._to_void(taken)):
                self._void(order)
                continue
            self._count(taken, outcome.answer)
        self.counts.customers_created += len(batch.customers_created)
        self._taken.clear()

    def _take(self, order: OrderRows) -> _Taken | None:
        self.counts.rows += len(order.rows)
        self.counts.orders += 1
        self.line = order.first
        try:
            taken = _Taken(self.reader.read(order.rows), order)
        except RowRefused as refused:
            self._refuse(order, refused.faults[0])
            return None
        self._taken.append(taken)
        return taken

    def _look(self, people: "_People") -> None:
        events = [taken.read.event for taken in self._taken]
        new = []
        for taken, answer in zip(self._taken, foresee(self.organisation, events), strict=True):
            if answer is Answer.CONFLICT and (order := self._to_void(taken)):
                self._count_voided(order)
                continue
            self._count(taken, answer)
            if answer is Answer.RECORDED:
                new.append(taken.read.event)
        people.meet(new)
        self.counts.customers_created, self.counts.customers_found = people.new, people.known
        self._taken.clear()

    def _to_void(self, taken: _Taken) -> Order | None:
        """The stored order, where the file says of the very same one that it is voided now."""
        event = taken.read.event
        if event.status != OrderStatus.VOIDED:
            return None
        orders = Order.objects.filter(
            organisation=self.organisation, source=event.source, external_id=event.external_id
        )
        return orders.filter(total_cents=event.total_cents).select_related("organisation").first()

    def _void(self, order: Order) -> None:
        self._count_voided(order)
        if order.status != OrderStatus.VOIDED:
            void_order(order, reason=_("Voided by the source"))

    def _count_voided(self, order: Order) -> None:
        if order.status == OrderStatus.VOIDED:
            self.counts.repeated += 1
        else:
            self.counts.voided += 1

    def _count(self, taken: _Taken, answer: Answer) -> None:
        event, counts = taken.read.event, self.counts
        if answer is Answer.CONFLICT:
            reason = _("Another order is stored under this number. It was left as it is.")
            header = self.reader.mapping.headers["order_id"]
            self._refuse(taken.order, Fault(taken.order.first, header, event.external_id, str(reason)))
            return
        for hint in taken.read.hints:
            counts.hints += 1
            _keep(counts.notes, taken.order, hint, event.external_id)
        if answer is Answer.REPEATED:
            counts.repeated += 1
            return
        counts.recorded += 1
        counts.lines += len(event.lines)
        if event.status == OrderStatus.COMPLETED:
            counts.total_cents += event.total_cents
            counts.tip_cents += event.tip_cents
        else:
            counts.no_receipts += 1
        counts.anonymous += not (event.phone or event.email)
        day = local_day(event.placed_at, event.location.tz).isoformat()
        counts.first_day = min(counts.first_day or day, day)
        counts.last_day = max(counts.last_day, day)

    def _refuse(self, order: OrderRows, fault: Fault) -> None:
        self.counts.refused += 1
        self.counts.refused_rows += len(order.rows)
        number = order.rows[0].cells.get(self.reader.mapping.headers["order_id"], "")
        _keep(self.counts.refusals, order, fault, number)
        self._refuse_to(order, fault)


def _keep(kept: list[list], order: OrderRows, fault: Fault, number: str) -> None:
    if len(kept) < SHOWN_ROWS:
        kept.append(
            [fault.line, shorten(number), shorten(fault.column), shorten(fault.value), str(fault.reason)]
        )


class _People:
    """Whom the orders would find among the customers, and whom they would create."""

    def __init__(self, organisation):
        self._organisation = organisation
        self._new: set[str] = set()
        self._known: set[int] = set()
        self.new = 0

    @property
    def known(self) -> int:
        return len(self._known)

    def meet(self, events) -> None:
        if not self._organisation.collects_customers:
            return
        customers = Customer.objects.of(self._organisation)
        found = {}
        for column, key in (("phone", _phone), ("email_key", _email)):
            wanted = {key(event) for event in events} - {""}
            if wanted:
                rows = customers.filter(**{f"{column}__among": wanted})
                found |= dict(rows.values_list(column, "pk"))
        for event in events:
            keys = [key for key in (_phone(event), _email(event)) if key]
            stored = [found[key] for key in keys if key in found]
            if stored:
                self._known.add(stored[0])
            elif keys and self._new.isdisjoint(keys):
                self.new += 1
            if keys and not stored:
                self._new.update(keys)


def _phone(event) -> str:
    return event.phone


def _email(event) -> str:
    return email_key(event.email)
