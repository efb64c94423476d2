"""What the address of the product report says, parsed once: period, filters, customer, sort."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.lists import Address
from backoffice.core.pages.periods import NAMES as PERIOD_NAMES
from backoffice.core.pages.periods import read_period
from customers.models import Customer
from orders.catalogue.sums import ProductSums, sums_by_product, sums_of_customer
from orders.models import Product

NO_SUCH_CUSTOMER = _("There is no such customer here.")
PARAMETERS = (*PERIOD_NAMES, "location", "category", "customer", "sort")
# a column's value; None comes last whichever way it is sorted
SORTS = {
    "name": lambda sums: sums.name.casefold(),
    "category": lambda sums: sums.category.casefold(),
    "quantity": lambda sums: sums.quantity,
    "value": lambda sums: sums.value_cents,
    "cost": lambda sums: sums.known_cost_cents,
    "margin": lambda sums: sums.margin_cents,
    "rate": lambda sums: sums.margin_pct,
    "last": lambda sums: sums.last_on,
}


@dataclass(frozen=True)
class SalesOrder:
    """One of SORTS, with a direction."""

    name: str
    descending: bool

    def __str__(self):
        return f"-{self.name}" if self.descending else self.name


def _order(text: str) -> SalesOrder:
    name = text.removeprefix("-")
    return SalesOrder(name, text.startswith("-")) if name in SORTS else SalesOrder("value", True)


class SalesFilters(forms.Form):
    """What narrows the report besides its period."""

    location = forms.MultipleChoiceField(label=_("Location"), required=False)
    category = forms.MultipleChoiceField(label=_("Category"), required=False)

    def __init__(self, data, *, organisation, locations):
        super().__init__(data)
        self.fields["location"].choices = [(str(place.pk), place.name) for place in locations]
        found = Product.objects.filter(organisation=organisation).exclude(category="")
        names = found.order_by("category").values_list("category", flat=True).distinct()
        self.fields["category"].choices = [(name, name) for name in names]


class SalesState:
    """One address of the report. Bad values are named in `errors`, by parameter, and not used."""

    def __init__(self, data, *, organisation, today, location=None, locations=()):
        self.data, self.organisation, self.location = data, organisation, location
        self.order = _order(data.get("sort", ""))
        self.errors: dict[str, object] = {}
        self.customer = self._customer(data.get("customer", ""))
        self.period, problem = read_period(data, today, default="all" if self.customer else "month")
        if problem:
            self.errors["period"] = problem
        self.form = SalesFilters(data, organisation=organisation, locations=locations)
        for name, messages in self.form.errors.items():
            self.errors[name] = f"{self.form.fields[name].label}: {messages[0]}"
        self.filters = {name: value for name, value in self.form.cleaned_data.items() if value}

    def _customer(self, text: str) -> Customer | None:
        number = whole_number(text, None)
        found = (
            Customer.objects.of(self.organisation).filter(pk=number).first() if number is not None else None
        )
        if text and found is None:
            self.errors["customer"] = NO_SUCH_CUSTOMER
        return found

    @cached_property
    def products(self) -> list[ProductSums]:
        """What fits, in the order asked for."""
        locations = self.filters.get("location")
        if self.location is not None:
            locations = {str(self.location.pk)} & set(locations or [str(self.location.pk)])
        narrowed = {"locations": locations, "categories": self.filters.get("category", ())}
        if self.customer:
            found = sums_of_customer(self.customer, self.period, **narrowed)
        else:
            found = sums_by_product(self.organisation, self.period, **narrowed)
        return in_order(found, self.order)

    def address(self, path: str = "") -> Address:
        return Address(path, self.data, PARAMETERS)


def in_order(products: list[ProductSums], order: SalesOrder) -> list[ProductSums]:
    """Sorted in memory: a house has some hundreds."""
    key = SORTS[order.name]
    products = sorted(products, key=lambda sums: (sums.name.casefold(), sums.product_id))
    known = [sums for sums in products if key(sums) is not None]
    known.sort(key=key, reverse=order.descending)
    return known + [sums for sums in products if key(sums) is None]
