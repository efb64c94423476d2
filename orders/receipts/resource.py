"""A customer's order history as a file; the codes are those of the orders CSV (PRODUCT §4)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from backoffice.core.database.streaming import stream_rows
from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import ROWS_PER_FETCH, TableField, TableResource

# an amount of the whole order stands on its first line alone, so that a column can be summed
_ONCE_PER_ORDER = {"tip", "discount", "order_total"}

_COLUMNS = [
    TableField("order_id", _("Order"), CellKind.TEXT, "order__external_id"),
    TableField("placed_at", _("Placed"), CellKind.MOMENT, "order__placed_at"),
    TableField("source", _("Source"), CellKind.TEXT, "order__source"),
    TableField("location", _("Location"), CellKind.TEXT, "order__location__name"),
    TableField("service_type", _("Service type"), CellKind.TEXT, "order__service_type"),
    TableField("item", _("Item"), CellKind.TEXT, "name"),
    TableField("quantity", _("Quantity"), CellKind.INTEGER, "quantity"),
    TableField("unit_price", _("Unit price"), CellKind.MONEY, "unit_price_cents"),
    TableField("tip", _("Tip"), CellKind.MONEY, "order__tip_cents"),
    TableField("discount", _("Discount"), CellKind.MONEY, "order__discount_cents"),
    TableField("order_total", _("Order total"), CellKind.MONEY, "order__total_cents"),
    TableField("promised_at", _("Promised"), CellKind.MOMENT, "order__promised_at"),
    TableField("delivered_at", _("Delivered"), CellKind.MOMENT, "order__delivered_at"),
    TableField("status", _("Status"), CellKind.TEXT, "order__status"),
]


class OrderLineResource(TableResource):
    """One row per order line, in the shape that `import_orders` takes in."""

    table_fields = _COLUMNS
    title = _("Orders")

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        once = [place for place, item in enumerate(fields) if item.column_name in _ONCE_PER_ORDER]
        lookups = [item.lookups[0] for item in fields]
        lines = stream_rows(queryset.values_list(*lookups, "order_id"), ROWS_PER_FETCH)
        previous = None
        for *values, order_id in lines:
            if order_id == previous:
                for place in once:
                    values[place] = None
            previous = order_id
            yield tuple(values)
