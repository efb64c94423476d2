"""The list of products: what fits search and view, by category, as texts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from backoffice.core.text.formats import NBSP, Formats
from backoffice.core.text.text import fold
from orders.choices import Allergen
from orders.models import Product

MOST = 500  # on one page; the search finds the others
MAX_QUERY = 100
VIEWS = {
    "": pgettext_lazy("products", "On the menu"),
    "sold-out": pgettext_lazy("products", "Sold out today"),
    "off": pgettext_lazy("products", "Not on the menu"),
    "archived": pgettext_lazy("products", "Archived"),
}


@dataclass(frozen=True)
class MenuRow:
    """A product as texts; what is unknown is empty. `state` is (word, tone, icon), or None on the menu."""

    pk: int
    name: str
    price: str
    cost: str
    tax: str
    second_tax: str
    allergens: str
    is_sold_out: bool
    is_archived: bool
    is_on_menu: bool
    state: tuple[str, str, str] | None


@dataclass(frozen=True)
class MenuPart:
    """A category with what is in it."""

    category: str
    count: str
    rows: list[MenuRow]


class MenuState:
    """One address of the list. `today` is the day at the location in use."""

    def __init__(self, data, *, organisation, today: date):
        self.organisation, self.today = organisation, today
        self.query = data.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
        view = data.get("view", "")
        self.view = view if view in VIEWS else ""

    @property
    def products(self) -> list[Product]:
        """By category and name; products without one come last. One query."""
        words = fold(self.query).split()
        found = [
            product
            for product in _standing(self.organisation, self.view, self.today)
            if all(word in fold(f"{product.name} {product.category}") for word in words)
        ]
        return sorted(found, key=lambda one: (not one.category, fold(one.category), fold(one.name), one.pk))


def _standing(organisation, view: str, today: date) -> QuerySet[Product]:
    products = Product.objects.filter(organisation=organisation)
    if view == "archived":
        return products.filter(archived_at__isnull=False)
    products = products.filter(archived_at=None)
    if view == "off":
        return products.filter(is_available=False)
    products = products.filter(is_available=True)
    return products.filter(sold_out_on=today) if view == "sold-out" else products


def parts_of(products: list[Product], today: date, formats: Formats) -> list[MenuPart]:
    parts = []
    for category, group in groupby(products, key=lambda product: product.category):
        rows = [row_of(product, today, formats) for product in group]
        parts.append(MenuPart(category or _("Without category"), formats.number(len(rows)), rows))
    return parts


def row_of(product: Product, today: date, formats: Formats) -> MenuRow:
    is_sold_out = product.sold_out_on == today
    return MenuRow(
        pk=product.pk,
        name=product.name,
        price=formats.money(product.price_cents),
        cost=formats.money(product.cost_cents),
        tax=rate(product.tax_rate, formats),
        second_tax=_second(product, formats),
        allergens=", ".join(
            str(Allergen(code).label) for code in Allergen.values if code in product.allergens
        ),
        is_sold_out=is_sold_out,
        is_archived=product.archived_at is not None,
        is_on_menu=product.is_available and product.archived_at is None,
        state=_state(product, is_sold_out=is_sold_out),
    )


def rate(value: Decimal | None, formats: Formats) -> str:
    """`7 %`, `5,5 %`; empty where there is none."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return f"{text}%" if formats.language == "en" else f"{text.replace('.', ',')}{NBSP}%"


def _second(product: Product, formats: Formats) -> str:
    if product.second_tax_rate is None:
        return ""
    words = {
        "share": formats.whole_percent(product.second_tax_pct),
        "rate": rate(product.second_tax_rate, formats),
    }
    return _("%(share)s of it at %(rate)s") % words


def _state(product: Product, *, is_sold_out: bool) -> tuple[str, str, str] | None:
    if product.archived_at is not None:
        return pgettext("product", "archived"), "neutral", "archive"
    if not product.is_available:
        return pgettext("product", "not on the menu"), "neutral", "minus-circle"
    return (pgettext("product", "sold out today"), "warn", "x-circle") if is_sold_out else None
