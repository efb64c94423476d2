"""What a transaction changes in the figures of orders: those per day, and those of products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from backoffice.core.database.bulk import add_to_rows
from customers.figures import FigureChanges
from orders.figures.taxes import net_cents
from orders.models import Order, OrderRefundLine, ProductDay, ProductMonth
from orders.models.product_day import PRODUCT_SUMS


class OrderChanges(FigureChanges):
    """`FigureChanges` that know products too. What was sold is told beside `order`:

    changes.order(order, +1)
    changes.lines(order, order.lines.all(), +1)
    """

    def __init__(self, organisation):
        super().__init__(organisation)
        self._sold: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(PRODUCT_SUMS))

    def sold(self, order: Order, product_id: int, line, quantity: int, sign: int) -> None:
        """Add or take out a quantity of a line, a stored one or one of an event; no query."""
        if not order.counts or not quantity:
            return
        sums = self._sold[order.placed_on, order.location_id, product_id]
        value = quantity * line.unit_price_cents
        sums[0] += sign * quantity
        sums[1] += sign * value
        if line.unit_cost_cents is not None:
            sums[2] += sign * quantity
            sums[3] += sign * net_cents(value, line.tax_rate, line.second_tax_rate, line.second_tax_pct)
            sums[4] += sign * quantity * line.unit_cost_cents

    def lines(self, order: Order, sign: int, taken_back: Mapping[int, int] | None = None) -> None:
        """Add or take out what is left of an order's lines. `taken_back` are quantities by line, read here
        when not given."""
        if taken_back is None:
            taken_back = quantities_taken_back([order])
        for line in order.lines.all():
            self.sold(order, line.product_id, line, line.quantity - taken_back.get(line.pk, 0), sign)

    def write(self) -> None:
        """Store everything collected and forget it, products last."""
        super().write()
        for model, sold in ((ProductDay, self._sold), (ProductMonth, ProductMonth.sums_of(self._sold))):
            rows = [(self.organisation.pk, *key, *sold[key]) for key in sorted(sold) if any(sold[key])]
            add_to_rows(model, rows, keys=model.KEYS, sums=PRODUCT_SUMS)
        self._sold.clear()


def quantities_taken_back(orders: Iterable[Order]) -> dict[int, int]:
    """Refunded quantities by line. One query."""
    taken: dict[int, int] = {}
    refunded = OrderRefundLine.objects.filter(refund__order__in=orders)
    for line_id, quantity in refunded.values_list("line_id", "quantity"):
        taken[line_id] = taken.get(line_id, 0) + quantity
    return taken
