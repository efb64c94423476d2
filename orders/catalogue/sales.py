"""What the product report shows: totals as tiles, rows as cells, heads that sort."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.core.pages.cells import moment
from backoffice.core.pages.lists import (
    Address,
    Chip,
    FilterField,
    Heading,
    filter_field,
    filter_value,
    heading,
)
from backoffice.core.text.formats import Formats
from orders.catalogue import cells
from orders.catalogue.state import SalesState
from orders.catalogue.sums import ProductSums, Sums, total_of

STRONGEST = 10


@dataclass(frozen=True)
class SalesTile:
    label: str
    value: str
    foot: str = ""


@dataclass(frozen=True)
class SalesRow:
    """A product as cells: HTML, or text of what is always known. `value` has its share of all that are
    shown, and a bar against the largest; `cost` says of how many it is known, where it is not of all."""

    name: str
    category: str
    quantity: str
    value: SafeString
    cost: SafeString
    margin: SafeString
    rate: SafeString
    last: SafeString
    orders: str


def rows_of(products: list[ProductSums], formats: Formats) -> list[SalesRow]:
    whole = sum(sums.value_cents for sums in products)
    highest = max((sums.value_cents for sums in products), default=0)
    return [_row(sums, whole, highest, formats) for sums in products]


def _row(sums: ProductSums, whole: int, highest: int, formats: Formats) -> SalesRow:
    share = formats.share(sums.value_cents, whole)
    bar = f"{max(0, sums.value_cents) * 100 / highest:.1f}" if highest > 0 else "0"
    return SalesRow(
        name=sums.name,
        category=sums.category,
        quantity=formats.number(sums.quantity),
        value=cells.share(formats.money(sums.value_cents), share, bar),
        cost=cells.figure(formats.money(sums.known_cost_cents), _partly(sums, formats)),
        margin=cells.figure(formats.money(sums.margin_cents)),
        rate=cells.figure(_rate(sums, formats)),
        last=moment(sums.last_on.isoformat(), formats.day(sums.last_on)),
        orders=formats.number(sums.orders),
    )


def _partly(sums: Sums, formats: Formats) -> str:
    if not 0 < sums.costed_quantity < sums.quantity:
        return ""
    words = {"known": formats.number(sums.costed_quantity), "all": formats.number(sums.quantity)}
    return _("of %(known)s of %(all)s") % words


def _rate(sums: Sums, formats: Formats) -> str:
    return "" if sums.margin_pct is None else formats.percent(sums.margin_pct)


def tiles(products: list[ProductSums], formats: Formats) -> list[SalesTile]:
    whole = total_of(products)
    rate, partly = _rate(whole, formats), _partly(whole, formats)
    return [
        SalesTile(_("Products"), formats.number(len(products)), _strongest(products, whole, formats)),
        SalesTile(_("Quantity"), formats.number(whole.quantity)),
        SalesTile(_("Value"), formats.money(whole.value_cents)),
        SalesTile(_("Cost of goods"), formats.money(whole.known_cost_cents) or "–", partly),
        SalesTile(
            _("Margin"),
            formats.money(whole.margin_cents) or "–",
            _("%(rate)s of the net value") % {"rate": rate} if rate else "",
        ),
    ]


def _strongest(products: list[ProductSums], whole: Sums, formats: Formats) -> str:
    """What those that sell best make of all, where there are clearly more."""
    if len(products) <= STRONGEST or not whole.value_cents:
        return ""
    values = sorted((sums.value_cents for sums in products), reverse=True)
    share = formats.share(sum(values[:STRONGEST]), whole.value_cents)
    return _("the top %(number)s: %(share)s of the value") % {"number": STRONGEST, "share": share}


def chips(state: SalesState, address: Address, formats: Formats) -> list[Chip]:
    fields = state.form.fields
    set_ = [
        Chip(str(fields[name].label), filter_value(fields[name], value, formats), address.without(name))
        for name, value in state.filters.items()
    ]
    if state.customer:
        set_.append(Chip(_("Customer"), str(state.customer), address.without("customer")))
    return set_


def quick_filters(state: SalesState) -> list[FilterField]:
    """A filter that has nothing to choose from is none."""
    return [
        found
        for name, field in state.form.fields.items()
        if len((found := filter_field(name, field, state.data)).choices) > 1
        and not (name == "location" and state.location)
    ]


def headings(state: SalesState, address: Address) -> list[Heading]:
    columns = (
        ("name", _("Product"), "", False),
        ("category", _("Category"), "p-3", False),
        ("quantity", _("Quantity"), "end", True),
        ("value", _("Value"), "end", True),
        ("cost", _("Cost of goods"), "end", True),
        ("margin", _("Margin"), "end", True),
        ("rate", _("Margin in %"), "end p-2", True),
        ("last", _("Last sold"), "p-2", True),
    )
    return [
        heading(name, label, state.order, address, css=css, first_descending=down)
        for name, label, css, down in columns
    ]
