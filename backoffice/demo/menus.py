"""The menus of data/menus.toml."""

from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from backoffice.core.text.periods import local_day
from backoffice.demo.reading import read
from orders.catalogue import USUAL_SECOND_PCT
from orders.events import OrderEventLine
from orders.models import Product


class Dish(NamedTuple):
    """Prices and costs in cents, `tax_rate` in per cent, `weight` is how often it is ordered."""

    name: str
    category: str
    price_cents: int
    cost_cents: int | None
    tax_rate: Decimal
    weight: int
    second_tax_rate: Decimal | None
    allergens: tuple[str, ...]

    def line(self, quantity: int) -> OrderEventLine:
        return OrderEventLine(
            *(self.name, quantity, self.price_cents, self.cost_cents, self.tax_rate, self.category),
            second_tax_rate=self.second_tax_rate,
            second_tax_pct=USUAL_SECOND_PCT if self.second_tax_rate else None,
        )


class Menu(NamedTuple):
    """Dishes by the part they play in a meal."""

    mains: list[Dish]
    sides: list[Dish]
    drinks: list[Dish]


def menu_of(slug: str) -> Menu:
    parts = read("menus")[slug]
    return Menu(*(_dishes(parts[part]) for part in Menu._fields))


def _dishes(groups: list[dict]) -> list[Dish]:
    return [
        Dish(
            name=dish["name"],
            category=group["category"],
            price_cents=dish["price"],
            cost_cents=dish.get("cost"),
            tax_rate=Decimal(group["tax"]),
            weight=dish["weight"],
            second_tax_rate=Decimal(dish["second_tax"]) if "second_tax" in dish else None,
            allergens=tuple(dish.get("allergens", "").split()),
        )
        for group in groups
        for dish in group["dishes"]
    ]


def describe_products(organisation, menu: Menu, now: datetime) -> None:
    """Name the allergens of what orders have named; two dishes are sold out today."""
    today = local_day(now, organisation.tz)
    dishes = {dish.name: dish for dish in chain(*menu)}
    products = list(Product.objects.filter(organisation=organisation, name__in=dishes))
    sold_out = {menu.mains[-1].name, menu.sides[0].name}
    for product in products:
        product.allergens = list(dishes[product.name].allergens)
        product.sold_out_on = today if product.name in sold_out else None
        product.edited_at = now
    Product.objects.bulk_update(products, ["allergens", "sold_out_on", "edited_at"])
