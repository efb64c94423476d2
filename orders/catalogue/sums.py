"""What was sold of each product: from the figures per month and day, or from the receipts of one customer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.core.database.replica import reading_connection
from backoffice.core.pages.periods import Period
from backoffice.core.text.periods import month_number, month_start
from orders.models import ProductDay
from orders.models.product_day import PRODUCT_SUMS
from orders.truth import sold_sql


@dataclass
class Sums:
    """The sums of ProductDay. What is not known is None, never 0."""

    quantity: int = 0
    value_cents: int = 0
    costed_quantity: int = 0
    costed_net_cents: int = 0
    cost_cents: int = 0

    def add(self, other: "Sums") -> None:
        for name in PRODUCT_SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def known_cost_cents(self) -> int | None:
        return self.cost_cents if self.costed_quantity > 0 else None

    @property
    def margin_cents(self) -> int | None:
        return self.costed_net_cents - self.cost_cents if self.costed_quantity > 0 else None

    @property
    def margin_pct(self) -> float | None:
        """Of the value without tax whose cost is known."""
        return self.margin_cents * 100 / self.costed_net_cents if self.costed_net_cents > 0 else None


@dataclass
class ProductSums(Sums):
    """One product. `orders` counts receipts, where they were read; `last_on` is the last day it was sold."""

    product_id: int = 0
    name: str = ""
    category: str = ""
    last_on: date | None = None
    orders: int = 0


def sums_by_product(
    organisation, period: Period, *, locations: Collection[int] | None = None, categories: Iterable[str] = ()
) -> list[ProductSums]:
    """What was sold in the period, at these locations or all. One query: of the figures per month for its
    whole months, of those per day for the days beside them and for the last day."""
    first, end = _bounds(period)
    begin, stop, days = whole_months(first, end)
    at, places = _at(locations)
    names, sums = ", ".join(PRODUCT_SUMS), ", ".join(f"SUM({name})" for name in PRODUCT_SUMS)
    sold = f"""
SELECT product_id, {sums}, (
    SELECT day FROM orders_productday AS newest
    WHERE newest.product_id = part.product_id AND day >= %s AND day < %s AND quantity > 0{at}
    ORDER BY day DESC LIMIT 1
), 0
FROM (
    SELECT product_id, {names} FROM orders_productmonth
    WHERE organisation_id = %s AND month >= %s AND month < %s{at}
    UNION ALL
    SELECT product_id, {names} FROM orders_productday
    WHERE organisation_id = %s AND day IN ({_marks(days)}){at}
) AS part
GROUP BY product_id
"""  # noqa: S608
    house = organisation.pk
    values = (first, end, *places, house, begin, stop, *places, house, *days, *places)
    return _products(sold, values, categories)


def sums_of_customer(
    customer, period: Period, *, locations: Collection[int] | None = None, categories: Iterable[str] = ()
) -> list[ProductSums]:
    """What one customer had, from the lines of their receipts. One query, along the index by customer."""
    at, places = _at(locations)
    where = f"sold.customer_id = %s AND sold.placed_on >= %s AND sold.placed_on < %s{at}"
    sold = sold_sql("line.product_id", where, ", MAX(sold.placed_on), COUNT(DISTINCT sold.id)")
    return _products(sold, (customer.pk, *_bounds(period), *places) * 2, categories)


def whole_months(first: date, end: date) -> tuple[date, date, list[date]]:
    """The months that lie between two days (half-open), by first days, and the days beside them."""
    begin = first if first.day == 1 else month_start(month_number(first) + 1)
    stop = end.replace(day=1)
    if begin > stop:
        begin = stop = end
    beside = ((first, begin), (stop, end))
    return begin, stop, [a + timedelta(days=n) for a, b in beside for n in range((b - a).days)]


def _bounds(period: Period) -> tuple[date, date]:
    """Its first day and that after its last; an open end is so far that it lies between two months."""
    end = period.last + timedelta(days=1) if period.last else date(date.max.year, 12, 1)
    return period.first or date.min, end


def _at(locations: Collection[int] | None) -> tuple[str, list[int]]:
    """A condition and its values."""
    if locations is None:
        return "", []
    return f" AND location_id IN ({_marks(locations)})", [int(pk) for pk in locations]


def _marks(values: Collection) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _products(sold: str, values: tuple, categories: Iterable[str]) -> list[ProductSums]:
    """Of these categories or all. `sold` selects product_id, PRODUCT_SUMS, the last day and receipts."""
    sql = (
        f"SELECT sums.*, product.name, product.category FROM ({sold}) AS sums "  # noqa: S608
        "JOIN orders_product AS product ON product.id = sums.product_id"
    )
    to_day = ProductDay._meta.get_field("day").to_python
    with reading_connection().cursor() as cursor:
        cursor.execute(sql, values)
        return [
            ProductSums(*map(int, sums), pk, name, category, to_day(last_on), orders)
            for pk, *sums, last_on, orders, name, category in cursor.fetchall()
            if any(sums) and (not categories or category in categories)
        ]


def total_of(products: Iterable[Sums]) -> Sums:
    whole = Sums()
    for sums in products:
        whole.add(sums)
    return whole
