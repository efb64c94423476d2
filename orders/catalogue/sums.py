"""What was sold of each product: from the figures per day, or from the receipts of one customer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Max, OuterRef, Subquery, Sum

from backoffice.core.pages.periods import Period
from orders.choices import OrderStatus
from orders.figures import net_cents
from orders.models import Order, OrderLine, OrderRefundLine, ProductDay
from orders.models.product_day import PRODUCT_SUMS

_OF_LINE = (
    *("product_id", "product__name", "product__category", "order_id", "order__placed_on", "quantity"),
    *("unit_price_cents", "unit_cost_cents", "tax_rate", "second_tax_rate", "second_tax_pct"),
)


@dataclass
class Sums:
    """The sums of ProductDay. What is not known is None, never 0."""

    quantity: int = 0
    value_cents: int = 0
    costed_quantity: int = 0
    costed_net_cents: int = 0
    cost_cents: int = 0

    def add(self, other: "Sums") -> None:
        for one in fields(Sums):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

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
    """What was sold in the period, at these locations or all. One query of the figures per day."""
    rows = ProductDay.objects.filter(organisation=organisation)
    if period.first:
        rows = rows.filter(day__gte=period.first)
    if period.last:
        rows = rows.filter(day__lte=period.last)
    if locations is not None:
        rows = rows.filter(location__in=locations)
    if categories:
        rows = rows.filter(product__category__in=categories)
    summed = rows.order_by().values_list("product_id", "product__name", "product__category")
    summed = summed.annotate(*(Sum(name, default=0) for name in PRODUCT_SUMS), last=Max("day"))
    found = [
        ProductSums(*map(int, row[3:8]), product_id=row[0], name=row[1], category=row[2], last_on=row[8])
        for row in summed
    ]
    return [sums for sums in found if sums.quantity or sums.value_cents]


def sums_of_customer(
    customer, period: Period, *, locations: Iterable[int] | None = None, categories: Iterable[str] = ()
) -> list[ProductSums]:
    """What one customer had, from the lines of their receipts. One query, along the index by customer."""
    orders = Order.objects.filter(customer=customer, status=OrderStatus.COMPLETED)
    if period.first:
        orders = orders.filter(placed_on__gte=period.first)
    if period.last:
        orders = orders.filter(placed_on__lte=period.last)
    if locations is not None:
        orders = orders.filter(location__in=locations)
    lines = OrderLine.objects.filter(order__in=orders).order_by()
    if categories:
        lines = lines.filter(product__category__in=categories)
    returned = OrderRefundLine.objects.filter(line=OuterRef("pk")).order_by().values("line")
    lines = lines.annotate(returned=Subquery(returned.annotate(sum=Sum("quantity")).values("sum")))
    # values, not models: a regular has hundreds of lines
    return _by_product(lines.values_list(*_OF_LINE, "returned", named=True))


def _by_product(lines: Iterable) -> list[ProductSums]:
    """Sums of rows of `_OF_LINE`; lines of which nothing is left count nowhere."""
    found: dict[int, ProductSums] = {}
    receipts = defaultdict(set)
    for line in lines:
        left = line.quantity - (line.returned or 0)
        if left < 1:
            continue
        pk, placed_on = line.product_id, line.order__placed_on
        sums = found.get(pk) or ProductSums(
            product_id=pk, name=line.product__name, category=line.product__category
        )
        found[pk] = sums
        sums.add(_of_line(line, left))
        sums.last_on = max(sums.last_on or placed_on, placed_on)
        receipts[pk].add(line.order_id)
    for pk, sums in found.items():
        sums.orders = len(receipts[pk])
    return list(found.values())


def _of_line(line, left: int) -> Sums:
    value = left * line.unit_price_cents
    if line.unit_cost_cents is None:
        return Sums(left, value)
    net = net_cents(value, line.tax_rate, line.second_tax_rate, line.second_tax_pct)
    return Sums(left, value, left, net, left * line.unit_cost_cents)


def total_of(products: Iterable[Sums]) -> Sums:
    whole = Sums()
    for sums in products:
        whole.add(sums)
    return whole
