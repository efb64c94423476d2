"""The columns of guests in files: names, order, kinds. The one definition for export and import.

`Resource` serves previews and small files; `services.exporting` streams the same columns.
"""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from backoffice.core.files.exports import Kind
from backoffice.core.text.periods import months_between
from customers.choices import Module


class CustomerField(Field):
    """A column: its fixed name, its label, its kind, and the guest's attributes it is made of.

    `lookups` are ORM paths; `make` turns their values and today's date into the value of the
    column, by default the one value as it is.
    """

    def __init__(self, name: str, label, kind: Kind, *lookups: str, make: Callable | None = None):
        super().__init__(attribute=name, column_name=name, readonly=make is not None)
        self.label, self.kind = label, kind
        self.lookups = lookups or (name,)
        self.make = make

    def get_value(self, instance, **kwargs):
        values = [_read(instance, lookup) for lookup in self.lookups]
        return self.make(kwargs.get("today") or date.today(), *values) if self.make else values[0]


def _read(instance, lookup: str):
    for part in lookup.split("__"):
        instance = getattr(instance, part)
    return instance


def _average(today, revenue_cents: int, receipts: int) -> int | None:
    return (2 * revenue_cents + receipts) // (2 * receipts) if receipts else None


def _monthly(today, revenue_cents: int, first_order_on: date | None) -> int | None:
    return _average(today, revenue_cents, months_between(first_order_on, today)) if first_order_on else None


def _modules(today, bits: int) -> str:
    return _MODULE_TEXTS[bits]


_MODULE_TEXTS = [", ".join(module.code for module in Module.in_bits(bits)) for bits in range(64)]


def _status(today, is_active: bool) -> str:
    return "active" if is_active else "inactive"


_COLUMNS = [
    CustomerField("id", _("ID"), Kind.INTEGER),
    CustomerField("first_name", _("First name"), Kind.TEXT),
    CustomerField("last_name", _("Last name"), Kind.TEXT),
    CustomerField("email", _("E-mail"), Kind.TEXT),
    CustomerField("phone", _("Primary phone"), Kind.TEXT),
    CustomerField("phone2", _("Secondary phone"), Kind.TEXT),
    CustomerField("company", _("Company"), Kind.TEXT),
    CustomerField("tax_id", _("Tax ID"), Kind.TEXT),
    CustomerField("language", _("Language"), Kind.TEXT),
    CustomerField("country", _("Country"), Kind.TEXT),
    CustomerField("state", _("State"), Kind.TEXT),
    CustomerField("city", _("City"), Kind.TEXT),
    CustomerField("postcode", _("Postcode"), Kind.TEXT),
    CustomerField("address1", _("Address 1"), Kind.TEXT),
    CustomerField("address2", _("Address 2"), Kind.TEXT),
    CustomerField("birthday", _("Birthday"), Kind.DAY),
    CustomerField("source", _("Source"), Kind.TEXT),
    CustomerField("modules", _("Modules"), Kind.TEXT, "module_bits", make=_modules),
    CustomerField("tags", _("Tags"), Kind.TEXT, "tags_text"),
    CustomerField("joined", _("Joined"), Kind.MOMENT, "joined_at"),
    CustomerField("orders", _("Orders"), Kind.INTEGER, "stats__receipts_count"),
    CustomerField("revenue", _("Revenue"), Kind.MONEY, "stats__revenue_cents"),
    CustomerField(
        "average_order_value",
        _("Average order value"),
        Kind.MONEY,
        "stats__revenue_cents",
        "stats__receipts_count",
        make=_average,
    ),
    CustomerField(
        "monthly_spend",
        _("Monthly spend"),
        Kind.MONEY,
        "stats__revenue_cents",
        "stats__first_order_on",
        make=_monthly,
    ),
    CustomerField("tips", _("Tips"), Kind.MONEY, "stats__tips_cents"),
    CustomerField("last_order", _("Last order"), Kind.MOMENT, "stats__last_order_at"),
    CustomerField("last_order_status", _("Last order status"), Kind.TEXT, "stats__last_order_status"),
    CustomerField("points", _("Points"), Kind.INTEGER, "stats__points"),
    CustomerField("earned_points", _("Earned points"), Kind.INTEGER, "stats__earned_points"),
    CustomerField(
        "marketing_communications", _("Marketing communications"), Kind.BOOLEAN, "marketing_consent"
    ),
    CustomerField("system_notifications", _("System notifications"), Kind.BOOLEAN, "system_consent"),
    CustomerField("contact_permission", _("Contact permission"), Kind.BOOLEAN, "contact_consent"),
    CustomerField("status", _("Status"), Kind.TEXT, "is_active", make=_status),
]


class CustomerResource(Resource):
    """Guests as a table, in the fixed order of PRODUCT §4."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = {column.column_name: column for column in _COLUMNS}

    def get_export_order(self):
        return [column.column_name for column in _COLUMNS]

    def columns(self, names: list[str] | None = None) -> list[CustomerField]:
        """The named columns in the order of the file, all without names."""
        return [column for column in _COLUMNS if not names or column.column_name in names]
