"""What the bare driver needs to store orders: rows that are ready, the same tables and indexes, no check.

It finds no customers, compares no fingerprints, knows no refunds; statistics and sums by day are grouped
before its clock runs.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import NamedTuple

from django.db import connection, transaction

from backoffice.core.database.bulk import reserve_ids
from backoffice.core.text.periods import month_number
from loyalty.models import PointsEntry
from orders.models import Order, OrderLine, Product
from tests.bench.loading import load_rows
from tests.bench.order_rows import LINE_COLUMNS, ORDER_COLUMNS

_numbers = count(1)
_LINE_COLUMNS = LINE_COLUMNS[1:]  # the database numbers them
_POINTS_COLUMNS = ("customer_id", "kind", "points", "occurred_at", "order_id")
_STATISTICS = (
    "UPDATE customers_customerstats SET receipts_count = receipts_count + 1, "
    "revenue_cents = revenue_cents + %s, average_order_cents = (revenue_cents + %s) / (receipts_count + 1), "
    "monthly_spend_cents = monthly_spend_cents + %s, last_order_at = %s, last_order_status = 'closed', "
    "points = points + %s, earned_points = earned_points + %s WHERE customer_id = %s"
)
_DAY = (
    "INSERT INTO customers_dailyfigures (organisation_id, location_id, source, day, month, joined, receipts, "
    "revenue_cents, tips_cents, known_receipts, known_revenue_cents, deliveries, late) "
    "VALUES (%s, %s, %s, %s, %s, 0, %s, %s, 0, %s, %s, 0, 0) ON CONFLICT (organisation_id, location_id, "
    "source, day) DO UPDATE SET receipts = customers_dailyfigures.receipts + excluded.receipts, "
    "revenue_cents = customers_dailyfigures.revenue_cents + excluded.revenue_cents"
)
_PRODUCT = (
    "INSERT INTO orders_product{span} (organisation_id, {span}, location_id, product_id, quantity, "
    "value_cents, costed_quantity, costed_net_cents, cost_cents) VALUES (%s, %s, %s, %s, %s, %s, 0, 0, 0) "
    "ON CONFLICT (organisation_id, {span}, location_id, product_id) DO UPDATE SET "
    "quantity = orders_product{span}.quantity + excluded.quantity, "
    "value_cents = orders_product{span}.value_cents + excluded.value_cents"
)


class OrderDriver:
    """Orders of one organisation at one location, all of today, some pickup of known customers."""

    def __init__(self, organisation, location):
        self._place = (organisation.pk, location.pk)
        products = Product.objects.filter(organisation=organisation).order_by("pk")
        self._products = list(products.values_list("pk", flat=True)[:40])

    def prepare(self, customers: list[int], lines: int) -> "ReadyOrders":
        """One order for each of these ids."""
        moment = datetime.now(UTC)
        ids = reserve_ids(Order, len(customers))
        dishes = [self._dishes(order, lines) for order in ids]
        total = sum(price for _product, price in dishes[0])
        return ReadyOrders(
            [self._order(*pair, total, moment) for pair in zip(ids, customers, strict=True)],
            [
                _line(order, *dish)
                for order, one in zip(ids, dishes, strict=True)
                for dish in enumerate(one, 1)
            ],
            [
                (pk, "earned", total // 100, f"{moment:%F %T}", order)
                for order, pk in zip(ids, customers, strict=True)
            ],
            [(total, total, total // 24, moment, total // 100, total // 100, pk) for pk in customers],
            self._sums(moment.date(), len(ids), total, [dish for one in dishes for dish in one]),
        )

    def _dishes(self, order: int, lines: int) -> list[tuple[int, int]]:
        """(product, price)"""
        return [(self._products[(order + n) % len(self._products)], 950 + n) for n in range(lines)]

    def _order(self, order: int, customer: int, total: int, moment: datetime) -> tuple:
        at, number = f"{moment:%F %T}", f"D{next(_numbers)}-{moment:%f}"
        what = ("web", number, f"{order:064x}", "pickup", "completed", at, f"{moment:%F}", None, None)
        return order, *self._place, customer, *what, 0, total, 0, at

    def _sums(self, day: date, orders: int, total: int, dishes: list[tuple[int, int]]):
        """(statement, rows) of the sums by day, and by product and day or month."""
        known = (orders, orders * total)
        yield _DAY, [(*self._place, "web", day, month_number(day), *known, *known)]
        sold, taken = Counter(product for product, _price in dishes), Counter()
        for product, price in dishes:
            taken[product] += price
        for span, when in (("day", day), ("month", day.replace(day=1))):
            rows = [
                (self._place[0], when, self._place[1], one, sold[one], taken[one]) for one in sorted(sold)
            ]
            yield _PRODUCT.format(span=span), rows


class ReadyOrders(NamedTuple):
    orders: list[tuple]
    lines: list[tuple]
    points: list[tuple]
    statistics: list[tuple]
    sums: Iterable[tuple[str, list[tuple]]]

    @transaction.atomic
    def write(self) -> None:
        load_rows(Order._meta.db_table, ORDER_COLUMNS, self.orders)
        load_rows(OrderLine._meta.db_table, _LINE_COLUMNS, self.lines)
        load_rows(PointsEntry._meta.db_table, _POINTS_COLUMNS, self.points)
        with connection.cursor() as cursor:
            for sql, rows in ((_STATISTICS, self.statistics), *self.sums):
                cursor.executemany(sql, rows)


def _line(order: int, position: int, dish: tuple[int, int]) -> tuple:
    product, price = dish
    return order, position, product, "Gericht", 1, price, None, None
