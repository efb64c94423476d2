"""What was sold of each product: from the figures per month and day, or from the receipts of one customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Max, OuterRef, Q, Subquery, Sum

from backoffice.core.pages.periods import Period
from backoffice.core.text.periods import month_number, month_start
from orders.models import Order, ProductDay, ProductMonth
from orders.models.product_day import PRODUCT_SUMS
from orders.truth import sold_sql

_OPEN = date.min, date(date.max.year, 12, 1)  # first days of months: an open end has no days beside them
_SOLD = Q(quantity__gt=0)


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
    organisation, period: Period, *, locations: Iterable[int] | None = None, categories: Iterable[str] = ()
) -> list[ProductSums]:
    """What was sold in the period, at these locations or all. A query of the figures per month for its whole
    months, and one of those per day for the days beside them."""
    where = {"organisation": organisation} | ({} if locations is None else {"location__in": locations})
    (first, end), days = whole_months(period)
    parts = []
    if first < end:
        # organisation and location of a product's days: by product and day the newest is found first
        newest = ProductDay.objects.filter(_SOLD, **where, product=OuterRef("product"), day__gte=first)
        newest = newest.filter(day__lt=end).order_by("-day").values("day")[:1]
        months = ProductMonth.objects.filter(**where, month__gte=first, month__lt=end)
        parts.append((months, Subquery(newest)))
    if days:
        parts.append((ProductDay.objects.filter(**where, day__in=days), Max("day", filter=_SOLD)))
    found: dict[int, ProductSums] = {}
    for rows, last in parts:
        if categories:
            rows = rows.filter(product__category__in=categories)
        summed = rows.order_by().values_list("product_id", "product__name", "product__category")
        for pk, name, category, *sums, last_on in summed.annotate(
            *(Sum(name, default=0) for name in PRODUCT_SUMS), last=last
        ):
            product = found.setdefault(pk, ProductSums(product_id=pk, name=name, category=category))
            product.add(Sums(*map(int, sums)))
            product.last_on = max(filter(None, (product.last_on, last_on)), default=None)
    return [sums for sums in found.values() if sums.quantity or sums.value_cents]


def whole_months(period: Period) -> tuple[tuple[date, date], list[date]]:
    """The whole months of a period, from a first day to the next, and its days beside them."""
    first, end = period.first or _OPEN[0], period.last + timedelta(days=1) if period.last else _OPEN[1]
    begin = first if first.day == 1 else month_start(month_number(first) + 1)
    months = (begin, end.replace(day=1))
    if months[0] >= months[1]:
        return (first, first), _days(first, end)
    return months, [*_days(first, months[0]), *_days(months[1], end)]


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((end - first).days)]


def sums_of_customer(
    customer, period: Period, *, locations: Iterable[int] | None = None, categories: Iterable[str] = ()
) -> list[ProductSums]:
    """What one customer had, from the lines of their receipts. One query, along the index by customer."""
    orders = Order.objects.filter(customer=customer)
    if period.first:
        orders = orders.filter(placed_on__gte=period.first)
    if period.last:
        orders = orders.filter(placed_on__lte=period.last)
    if locations is not None:
        orders = orders.filter(location__in=locations)
    try:
        ids, values = orders.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    more = ", MAX(sold.placed_on) AS last_on, COUNT(DISTINCT sold.id) AS orders"
    sold = sold_sql("line.product_id", f"sold.id IN ({ids})", more)
    sql = (
        f"SELECT sold.*, product.name, product.category FROM ({sold}) AS sold "  # noqa: S608
        "JOIN orders_product AS product ON product.id = sold.product_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values * 2)
        rows = cursor.fetchall()
    to_day = Order._meta.get_field("placed_on").to_python
    return [
        ProductSums(*map(int, sums), pk, name, category, to_day(last_on), orders)
        for pk, *sums, last_on, orders, name, category in rows
        if not categories or category in categories
    ]


def total_of(products: Iterable[Sums]) -> Sums:
    whole = Sums()
    for sums in products:
        whole.add(sums)
    return whole
