"""Recording orders by the thousand, with the results of recording them one by one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

from backoffice.core.database.bulk import GrowingTable
from customers.records import GrowingCustomers
from orders.events import OrderEvent, check_event
from orders.models import Order
from orders.recording.products import ProductIds
from orders.recording.writing import Answer, Batch, Outcome, write_batch

# Rows (orders and lines) per transaction. On SQLite others wait about 100 ms for 1,000 rows;
# PostgreSQL lets them write meanwhile.
ROWS = {"sqlite": 1_000, "postgresql": 10_000}


@dataclass
class BulkResult:
    """What became of the orders. Sums are cents of the recorded ones; the total is before tips."""

    recorded: int = 0
    repeated: int = 0
    lines: int = 0
    total_cents: int = 0
    tip_cents: int = 0
    conflicts: list[OrderEvent] = field(default_factory=list)
    customers_created: set[int] = field(default_factory=set)
    customers_found: set[int] = field(default_factory=set)

    def add(self, batch: Batch) -> None:
        for outcome in batch.outcomes:
            if outcome.answer is Answer.RECORDED:
                self.recorded += 1
                self.lines += len(outcome.event.lines)
            elif outcome.answer is Answer.REPEATED:
                self.repeated += 1
            else:
                self.conflicts.append(outcome.event)
        self.total_cents += sum(order.total_cents for order in batch.orders)
        self.tip_cents += sum(order.tip_cents for order in batch.orders)
        self.customers_created |= batch.customers_created
        self.customers_found |= batch.customers_found - self.customers_created


class OrderRecorder:
    """Takes events one at a time and stores them in batches, each in a transaction of its own.

    What came before an interruption stays; sent again, it changes nothing. `flush()` stores the rest.
    `within` is called in the transaction of each batch, `brought_by` is the import they came with.
    """

    def __init__(
        self, organisation, *, brought_by=None, within: Callable[[Batch], None] = lambda batch: None
    ):
        self.organisation = organisation
        self._brought_by, self._within = brought_by, within
        self.result = BulkResult()
        self._products = ProductIds(organisation)
        self._events: list[OrderEvent] = []
        self._rows = 0
        self._customers = GrowingCustomers()
        self._orders = GrowingTable(Order, "organisation_id", "source", "external_id")

    def add(self, event: OrderEvent) -> list[Outcome]:
        """Take one event and return what became of those that were stored now, often none.

        Raises ValidationError when no order can be like that.
        """
        check_event(event)
        self._events.append(event)
        self._rows += 1 + len(event.lines)
        return self.flush() if self._rows >= ROWS[connection.vendor] else []

    def flush(self) -> list[Outcome]:
        if not self._events:
            return []
        events, self._events, self._rows = self._events, [], 0
        with transaction.atomic():
            batch = write_batch(self.organisation, events, self._products, brought_by=self._brought_by)
            self._within(batch)
        self._customers.grew(len(batch.customers_created))
        self._orders.grew(len(batch.orders))
        self.result.add(batch)
        return batch.outcomes


def record_orders(organisation, events: Iterable[OrderEvent]) -> BulkResult:
    """Record each event as `record_order` would. Conflicts are listed, not raised.

    Raises ValidationError at the first event that no order can be; full batches before it stay.
    """
    recorder = OrderRecorder(organisation)
    for event in events:
        recorder.add(event)
    recorder.flush()
    return recorder.result
