"""The menus of data/menus.toml."""

from decimal import Decimal
from typing import NamedTuple

from backoffice.demo.reading import read
from orders.events import OrderEventLine


class Dish(NamedTuple):
    """Prices and costs in cents, `tax_rate` in per cent, `weight` is how often it is ordered."""

    name: str
    category: str
    price_cents: int
    cost_cents: int | None
    tax_rate: Decimal
    weight: int

    def line(self, quantity: int) -> OrderEventLine:
        return OrderEventLine(
            self.name, quantity, self.price_cents, self.cost_cents, self.tax_rate, self.category
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
        )
        for group in groups
        for dish in group["dishes"]
    ]
