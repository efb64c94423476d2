"""Products that arrive with orders: found by name whatever its case, or created."""

from collections.abc import Iterable

from backoffice.core.database.prepared import Prepared
from orders.events import OrderEventLine
from orders.models import Product
from orders.models.product import product_key

_with_keys = Prepared(
    lambda organisation, keys: Product.objects.filter(
        organisation=organisation, name_key__among=keys
    ).values_list("name_key", "pk")
)


class ProductIds:
    """The ids of an organisation's products by name, remembered for the orders that follow.

    A product is created from the first line that names it. Valid as long as what it created is
    not rolled back: make a new one per transaction, or per run that stops at the first error.
    """

    def __init__(self, organisation):
        self.organisation = organisation
        self._by_name: dict[str, int] = {}

    def of(self, lines: Iterable[OrderEventLine]) -> dict[str, int]:
        """The ids by the names in the lines. At most three queries, none when all are known."""
        unknown: dict[str, OrderEventLine] = {}
        for line in lines:
            if line.name not in self._by_name:
                unknown.setdefault(line.name, line)
        if unknown:
            self._look_up(unknown)
        return self._by_name

    def _look_up(self, unknown: dict[str, OrderEventLine]) -> None:
        lines: dict[str, OrderEventLine] = {}
        for name, line in unknown.items():
            lines.setdefault(product_key(name), line)
        stored = self._stored(lines)
        missing = sorted(key for key in lines if key not in stored)
        if missing:
            # In the order of their keys: two transactions that create the same ones never cross.
            Product.objects.bulk_create(
                (self._product(key, lines[key]) for key in missing), ignore_conflicts=True
            )
            stored |= self._stored(missing)
        for name in unknown:
            self._by_name[name] = stored[product_key(name)]

    def _stored(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(_with_keys(organisation=self.organisation.pk, keys=keys))

    def _product(self, key: str, line: OrderEventLine) -> Product:
        return Product(
            organisation=self.organisation,
            name=line.name,
            name_key=key,
            category=line.category,
            price_cents=line.unit_price_cents,
            cost_cents=line.unit_cost_cents,
            tax_rate=line.tax_rate,
            second_tax_rate=line.second_tax_rate,
            second_tax_pct=line.second_tax_pct,
        )
