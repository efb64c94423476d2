"""F13 and F14: orders by the thousand, and statistics checked against all of them."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from customers.figures.rebuilding import differences
from orders.events import OrderEvent, OrderEventLine
from orders.recording import record_order
from orders.recording.bulk import ROWS, record_orders
from tests.bench import customer_rows
from tests.bench.order_driver import OrderDriver
from tests.bench.report import Row
from tests.bench.timing import in_turn

_BATCHES = (500, 5_000, 20_000)
_SINGLES = 100
_numbers = count(1)
_SUMS = (
    "SELECT customer_id, COUNT(*), SUM(total_cents), SUM(tip_cents), MIN(placed_on), MAX(placed_at) "
    "FROM orders_order WHERE organisation_id = {organisation} AND status = 'completed' "
    "AND customer_id IS NOT NULL GROUP BY customer_id"
)


class Orders:
    def __init__(self, organisation, customers: int, runs: int):
        self.organisation, self.customers, self.runs = organisation, customers, runs
        self.location = organisation.locations.first()
        self.random = Random(7)
        self.run = timezone.now().strftime("%f%S")

    def _events(self, number: int, lines: int) -> list[OrderEvent]:
        return [self._event(lines) for _ in range(number)]

    def _event(self, lines: int) -> OrderEvent:
        number = next(_numbers)
        return OrderEvent(
            external_id=f"N{self.run}-{number}",
            placed_at=timezone.now() - timedelta(seconds=1),
            location=self.location,
            lines=tuple(OrderEventLine(f"Gericht {number % 40}", 1, 950 + n) for n in range(lines)),
            source="web",
            service_type="pickup",
            phone=customer_rows.phone_of(self._customer()),
        )

    def _customer(self) -> int:
        """The number of one: the first order most."""
        return int(self.customers * self.random.random() ** 2)

    def batches(self) -> Iterator[Row]:
        """F13: own batches, and a driver that writes the same rows, in turn."""
        single = self._seconds(self._one_by_one, _SINGLES, 1)
        (single,) = in_turn(single, runs=self.runs)
        sizes = _BATCHES if self.runs > 1 else _BATCHES[:1]
        for size, lines in (*((size, 1) for size in sizes), (sizes[-1] // 4, 5)):
            own, driver = in_turn(
                self._seconds(record_orders, size, lines), self._driver_seconds(size, lines), runs=self.runs
            )
            yield Row(
                goal="F13",
                what=f"{size:,} orders, {lines} line{'s' if lines > 1 else ''} each",
                own=own,
                limit=driver.median,
                limit_name="driver",
                allowed=3.0,
                peer=single._replace(median=single.median * size / _SINGLES) if lines == 1 else None,
                peer_wanted=10 if lines == 1 else None,
                note=f"{size / own.median:,.0f} orders a second; peer: one by one",
            )

    def _one_by_one(self, organisation, events) -> None:
        for event in events:
            record_order(organisation=organisation, event=event)

    def _seconds(self, record, size: int, lines: int) -> Callable[[], float]:
        """Seconds of recording so many; events are made before the clock runs."""

        def action() -> float:
            events = self._events(size, lines)
            return _timed(lambda: record(self.organisation, events))

        return action

    def _driver_seconds(self, size: int, lines: int) -> Callable[[], float]:
        """In transactions as large as ours: others want to write as well."""
        driver = OrderDriver(self.organisation, self.location)
        most = ROWS[connection.vendor] // (1 + lines)

        def action() -> float:
            taken = 0.0
            for done in range(0, size, most):
                customers = [self._customer() + 1 for _ in range(min(most, size - done))]
                taken += _timed(driver.prepare(customers, lines).write)
            return taken

        return action

    def check(self) -> Iterator[Row]:
        """F14"""
        found = []

        def compare():
            found.append(sum(1 for _ in differences(self.organisation)))

        own, bare = in_turn(compare, self._group, runs=self.runs, budget=120)
        note = f"{found[-1]} differences"
        yield Row("F14", "statistics against all orders", own, bare.median, "GROUP BY", 1.5, note=note)

    def _group(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SUMS.format(organisation=self.organisation.pk))
            while cursor.fetchmany(2_000):
                pass


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
