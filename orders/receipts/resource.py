"""A customer's order history as a file; the codes are those of the orders CSV (PRODUCT §4)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import Kind
from backoffice.core.files.resources import ROWS_PER_FETCH, TableField, TableResource

# an amount of the whole order stands on its first line alone, so that a column can be summed
_ONCE_PER_ORDER = {"tip", "discount", "order_total"}

_COLUMNS = [
    TableField("order_id", _("Order"), Kind.TEXT, "order__external_id"),
    TableField("placed_at", _("Placed"), Kind.MOMENT, "order__placed_at"),
    TableField("source", _("Source"), Kind.TEXT, "order__source"),
    TableField("location", _("Location"), Kind.TEXT, "order__location__name"),
    TableField("service_type", _("Service type"), Kind.TEXT, "order__service_type"),
    TableField("item", _("Item"), Kind.TEXT, "name"),
    TableField("quantity", _("Quantity"), Kind.INTEGER, "quantity"),
    TableField("unit_price", _("Unit price"), Kind.MONEY, "unit_price_cents"),
    TableField("tip", _("Tip"), Kind.MONEY, "order__tip_cents"),
    TableField("discount", _("Discount"), Kind.MONEY, "order__discount_cents"),
    TableField("order_total", _("Order total"), Kind.MONEY, "order__total_cents"),
    TableField("promised_at", _("Promised"), Kind.MOMENT, "order__promised_at"),
    TableField("delivered_at", _("Delivered"), Kind.MOMENT, "order__delivered_at"),
    TableField("status", _("Status"), Kind.TEXT, "order__status"),
]


class OrderLineResource(TableResource):
    """One row per order line, in the shape that `import_orders` takes in."""

    table_fields = _COLUMNS
    title = _("Orders")

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        once = [place for place, item in enumerate(fields) if item.column_name in _ONCE_PER_ORDER]
        lookups = [item.lookups[0] for item in fields]
        lines = queryset.values_list(*lookups, "order_id").iterator(chunk_size=ROWS_PER_FETCH)
        previous = None
        for *values, order_id in lines:
            if order_id == previous:
                for place in once:
                    values[place] = None
            previous = order_id
            yield tuple(values)
