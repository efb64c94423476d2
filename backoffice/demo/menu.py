"""What is on the menu: name, category, price, cost (cents), tax rate (per cent), how often it is ordered."""

from decimal import Decimal
from typing import NamedTuple

from orders.events import OrderEventLine


class Dish(NamedTuple):
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


def _dishes(category: str, tax: str, rows: list[tuple]) -> list[Dish]:
    return [Dish(name, category, price, cost, Decimal(tax), weight) for name, price, cost, weight in rows]


LINDENHOF = Menu(
    mains=_dishes(
        "Hauptgerichte",
        "7.00",
        [
            ("Wiener Schnitzel mit Kartoffelsalat", 2190, 690, 14),
            ("Rinderroulade mit Rotkohl und Klößen", 2050, 640, 9),
            ("Käsespätzle mit Röstzwiebeln", 1390, 310, 12),
            ("Königsberger Klopse", 1650, 480, 8),
            ("Forelle Müllerin", 1990, 720, 5),
            ("Pilzrisotto", 1480, 390, 6),
            ("Flammkuchen Elsässer Art", 1190, 260, 9),
            ("Gefüllte Paprika (vegan)", 1350, 330, 5),
            ("Currywurst mit Pommes", 990, 240, 8),
            ("Gänsekeule mit Grünkohl", 2690, 980, 3),
        ],
    )
    + _dishes(
        "Mittagstisch",
        "7.00",
        [
            ("Tagessuppe mit Brot", 690, 140, 5),
            ("Mittagsteller", 1090, 300, 11),
            ("Salat Lindenhof", 1150, 280, 6),
        ],
    ),
    sides=_dishes(
        "Beilagen und Desserts",
        "7.00",
        [
            ("Pommes frites", 450, 70, 12),
            ("Gurkensalat", 420, 90, 6),
            ("Kaiserschmarrn", 890, 190, 7),
            ("Apfelstrudel mit Vanillesoße", 750, 180, 8),
            ("Rote Grütze", 590, None, 4),
            ("Obazda mit Brezn", 790, 210, 3),
        ],
    ),
    drinks=_dishes(
        "Getränke",
        "19.00",
        [
            ("Pils 0,5 l", 490, 110, 14),
            ("Weißbier 0,5 l", 520, 120, 8),
            ("Apfelschorle 0,4 l", 420, 60, 11),
            ("Grauburgunder 0,2 l", 720, 190, 6),
            ("Espresso", 270, 30, 7),
            ("Mineralwasser 0,75 l", 590, 80, 8),
            ("Hausgemachte Limonade", 480, None, 6),
        ],
    ),
)
NOGAL = Menu(
    mains=_dishes(
        "Platos",
        "10.00",
        [
            ("Paella valenciana", 1690, 520, 12),
            ("Arroz negro", 1750, 560, 6),
            ("Fideuà", 1590, 470, 6),
            ("Esgarraet", 950, 240, 5),
            ("Lubina a la plancha", 1890, 690, 4),
        ],
    ),
    sides=_dishes(
        "Tapas y postres",
        "10.00",
        [
            ("Patatas bravas", 650, 120, 9),
            ("Croquetas de jamón", 790, 190, 8),
            ("Tarta de nuez", 590, 150, 6),
            ("Arroz con leche", 490, None, 4),
        ],
    ),
    drinks=_dishes(
        "Bebidas",
        "21.00",
        [
            ("Caña", 280, 50, 12),
            ("Tinto de verano", 380, 80, 8),
            ("Agua de Valencia", 690, 160, 4),
            ("Horchata", 350, 90, 5),
        ],
    ),
)
