"""The columns of a guest's order history in files; the codes are those of the orders CSV (PRODUCT §4)."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from backoffice.core.files.exports import Kind


class OrderField(Field):
    """A column: its fixed name, its label, its kind and the ORM path it reads."""

    def __init__(self, name: str, label, kind: Kind, lookup: str):
        super().__init__(attribute=lookup, column_name=name)
        self.label, self.kind, self.lookup = label, kind, lookup


_COLUMNS = [
    OrderField("order_id", _("Order"), Kind.TEXT, "order__external_id"),
    OrderField("placed_at", _("Placed"), Kind.MOMENT, "order__placed_at"),
    OrderField("source", _("Source"), Kind.TEXT, "order__source"),
    OrderField("location", _("Location"), Kind.TEXT, "order__location__name"),
    OrderField("service_type", _("Service type"), Kind.TEXT, "order__service_type"),
    OrderField("item", _("Item"), Kind.TEXT, "name"),
    OrderField("quantity", _("Quantity"), Kind.INTEGER, "quantity"),
    OrderField("unit_price", _("Unit price"), Kind.MONEY, "unit_price_cents"),
    OrderField("tip", _("Tip"), Kind.MONEY, "order__tip_cents"),
    OrderField("discount", _("Discount"), Kind.MONEY, "order__discount_cents"),
    OrderField("order_total", _("Order total"), Kind.MONEY, "order__total_cents"),
    OrderField("promised_at", _("Promised"), Kind.MOMENT, "order__promised_at"),
    OrderField("delivered_at", _("Delivered"), Kind.MOMENT, "order__delivered_at"),
    OrderField("status", _("Status"), Kind.TEXT, "order__status"),
]


class OrderLineResource(Resource):
    """One row per order line, in the shape that `import_orders` takes in."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = {column.column_name: column for column in _COLUMNS}

    def columns(self) -> list[OrderField]:
        return list(_COLUMNS)
