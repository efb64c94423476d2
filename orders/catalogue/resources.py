"""The product report as a file; unknown cost and margin stay empty."""

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
