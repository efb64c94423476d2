"""Products and the product report as files; what is unknown stays empty."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource


class ProductSalesResource(TableResource):
    """One row per orders.catalogue.sums.ProductSums, which are in memory already."""

    title = _("Product report")
    table_fields = [
        TableField("product_id", _("Number"), CellKind.INTEGER),
        TableField("product", _("Product"), CellKind.TEXT, "name"),
        TableField("category", _("Category"), CellKind.TEXT),
        TableField("quantity", _("Quantity"), CellKind.INTEGER),
        TableField("value", _("Value"), CellKind.MONEY, "value_cents"),
        TableField("quantity_with_cost", _("Quantity with known cost"), CellKind.INTEGER, "costed_quantity"),
        TableField("cost", _("Cost of goods"), CellKind.MONEY, "known_cost_cents"),
        TableField("margin", _("Margin"), CellKind.MONEY, "margin_cents"),
        TableField("last_sold", _("Last sold"), CellKind.DAY, "last_on"),
    ]

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        for sums in queryset:
            yield tuple(getattr(sums, field.lookups[0]) for field in fields)


def _codes(today, allergens: list[str]) -> str:
    return ", ".join(allergens)


def _is_set(today, value) -> str:
    return "yes" if value else "no"


def _percent(today, rate) -> str:
    return "" if rate is None else f"{rate.normalize():f}"


class ProductResource(TableResource):
    """One row per product of the list; rates are per cent, allergens codes."""

    title = _("Products")
    table_fields = [
        TableField("product_id", _("Number"), CellKind.INTEGER, "pk"),
        TableField("product", _("Product"), CellKind.TEXT, "name"),
        TableField("category", _("Category"), CellKind.TEXT),
        TableField("price", _("Price"), CellKind.MONEY, "price_cents"),
        TableField("cost", _("Cost of goods"), CellKind.MONEY, "cost_cents"),
        TableField("tax_rate", _("Tax rate in %"), CellKind.TEXT, make=_percent),
        TableField("second_tax_rate", _("Second tax rate in %"), CellKind.TEXT, make=_percent),
        TableField(
            "second_tax_share", _("Share at the second rate in %"), CellKind.INTEGER, "second_tax_pct"
        ),
        TableField("allergens", _("Allergens"), CellKind.TEXT, make=_codes),
        TableField("on_menu", _("On the menu"), CellKind.TEXT, "is_available", make=_is_set),
        TableField("sold_out_on", _("Sold out on"), CellKind.DAY),
        TableField("archived", _("Archived"), CellKind.TEXT, "archived_at", make=_is_set),
    ]

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        for product in queryset:
            values = ((field, getattr(product, field.lookups[0])) for field in fields)
            yield tuple(field.make(today, value) if field.make else value for field, value in values)
