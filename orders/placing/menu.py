"""The menu beside the cart: what a customer usually has, what is asked for most, a category, a search."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from backoffice.core.text.text import fold
from orders.choices import Allergen
from orders.models import Product, ProductDay
from orders.models.product import product_key
from orders.visits import usual_dishes

USUAL, POPULAR = 8, 12
_LATELY = timedelta(days=28)
_MOST = 500


@dataclass(frozen=True)
class MenuItem:
    """A product to press. `count` is how many are in the cart, `avoided` what the customer's notes name."""

    pk: int
    name: str
    price: str
    count: int
    avoided: str
    is_sold_out: bool


@dataclass(frozen=True)
class MenuGroup:
    title: str
    items: list[MenuItem]


class Menu:
    """What can be ordered at a location today. Four queries at most."""

    def __init__(self, location, today: date, customer):
        self.location, self.today, self.customer = location, today, customer
        on_it = Product.objects.filter(
            organisation=location.organisation, is_available=True, archived_at=None, is_delivery_fee=False
        )
        self.products = sorted(on_it[:_MOST], key=lambda one: (fold(one.name), one.pk))

    @property
    def categories(self) -> list[str]:
        return sorted({one.category for one in self.products if one.category}, key=fold)

    def found(self, query: str) -> list[Product]:
        """Those whose name or category has every word; beginnings of names come first."""
        words = fold(query).split()
        hits = [
            one for one in self.products if all(word in fold(f"{one.name} {one.category}") for word in words)
        ]
        return sorted(hits, key=lambda one: not fold(one.name).startswith(words[0])) if words else []

    def first(self, query: str) -> Product | None:
        """What Enter adds: the first that is found and not sold out."""
        return next((one for one in self.found(query) if one.sold_out_on != self.today), None)

    def groups(
        self, query: str, category: str, counts: dict[int, int], avoided: Collection[str], formats: Formats
    ) -> list[MenuGroup]:
        """What is shown; `counts` are quantities in the cart by product, `avoided` codes of allergens."""
        if query:
            chosen = [(_("Found"), self.found(query))]
        elif category:
            chosen = [(category, [one for one in self.products if one.category == category])]
        else:
            chosen = self._popular()
        return [
            MenuGroup(title, [self._item(one, counts, avoided, formats) for one in products])
            for title, products in chosen
            if products
        ]

    def _popular(self) -> list[tuple[str, list[Product]]]:
        usual = self._usual()
        groups = [(_("Often ordered by %(name)s") % {"name": self.customer}, usual)] if usual else []
        by_id = {one.pk: one for one in self.products if one not in usual}
        sold = ProductDay.objects.filter(
            organisation=self.location.organisation_id, location=self.location, day__gt=self.today - _LATELY
        )
        sums = sold.order_by().values_list("product_id").annotate(sold=Sum("quantity")).order_by("-sold")
        often = [by_id[pk] for pk, _sold in sums[: 4 * POPULAR] if pk in by_id][:POPULAR]
        rest = [one for one in by_id.values() if one not in often] if len(often) < POPULAR else []
        return [*groups, (_("Popular lately"), often), (_("On the menu"), rest[: 4 * POPULAR])]

    def _usual(self) -> list[Product]:
        if self.customer is None:
            return []
        names = usual_dishes([self.customer.pk], USUAL).get(self.customer.pk, [])
        by_key = {one.name_key: one for one in self.products}
        return [by_key[key] for name in names if (key := product_key(name)) in by_key]

    def _item(self, product: Product, counts: dict[int, int], avoided, formats: Formats) -> MenuItem:
        named = [str(Allergen(code).label) for code in product.allergens if code in avoided]
        return MenuItem(
            pk=product.pk,
            name=product.name,
            price=formats.money(product.price_cents),
            count=counts.get(product.pk, 0),
            avoided=", ".join(named),
            is_sold_out=product.sold_out_on == self.today,
        )
