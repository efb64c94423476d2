"""The columns of customers in files: names, order, kinds. The one definition for export and import."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import Kind
from backoffice.core.files.resources import TableField, TableResource
from backoffice.core.text.money import divide
from backoffice.core.text.periods import months_between
from customers.choices import Module


def _average(today, revenue_cents: int, receipts: int) -> int | None:
    return divide(revenue_cents, receipts)


def _monthly(today, revenue_cents: int, first_order_on: date | None) -> int | None:
    return divide(revenue_cents, months_between(first_order_on, today)) if first_order_on else None


def _modules(today, bits: int) -> str:
    return _MODULE_TEXTS[bits]


_MODULE_TEXTS = [", ".join(module.code for module in Module.in_bits(bits)) for bits in range(64)]


def _status(today, is_active: bool) -> str:
    return "active" if is_active else "inactive"


_COLUMNS = [
    TableField("id", _("ID"), Kind.INTEGER),
    TableField("first_name", _("First name"), Kind.TEXT),
    TableField("last_name", _("Last name"), Kind.TEXT),
    TableField("email", _("E-mail"), Kind.TEXT),
    TableField("phone", _("Primary phone"), Kind.TEXT),
    TableField("phone2", _("Secondary phone"), Kind.TEXT),
    TableField("company", _("Company"), Kind.TEXT),
    TableField("tax_id", _("Tax ID"), Kind.TEXT),
    TableField("language", _("Language"), Kind.TEXT),
    TableField("country", _("Country"), Kind.TEXT),
    TableField("state", _("State"), Kind.TEXT),
    TableField("city", _("City"), Kind.TEXT),
    TableField("postcode", _("Postcode"), Kind.TEXT),
    TableField("address1", _("Address 1"), Kind.TEXT),
    TableField("address2", _("Address 2"), Kind.TEXT),
    TableField("birthday", _("Birthday"), Kind.DAY),
    TableField("source", _("Source"), Kind.TEXT),
    TableField("modules", _("Modules"), Kind.TEXT, "module_bits", make=_modules),
    TableField("tags", _("Tags"), Kind.TEXT, "tags_text"),
    TableField("joined", _("Joined"), Kind.MOMENT, "joined_at"),
    TableField("orders", _("Orders"), Kind.INTEGER, "stats__receipts_count"),
    TableField("revenue", _("Revenue"), Kind.MONEY, "stats__revenue_cents"),
    TableField(
        "average_order_value",
        _("Average order value"),
        Kind.MONEY,
        "stats__revenue_cents",
        "stats__receipts_count",
        make=_average,
    ),
    TableField(
        "monthly_spend",
        _("Monthly spend"),
        Kind.MONEY,
        "stats__revenue_cents",
        "stats__first_order_on",
        make=_monthly,
    ),
    TableField("tips", _("Tips"), Kind.MONEY, "stats__tips_cents"),
    TableField("last_order", _("Last order"), Kind.MOMENT, "stats__last_order_at"),
    TableField("last_order_status", _("Last order status"), Kind.TEXT, "stats__last_order_status"),
    TableField("points", _("Points"), Kind.INTEGER, "stats__points"),
    TableField("earned_points", _("Earned points"), Kind.INTEGER, "stats__earned_points"),
    TableField("marketing_communications", _("Marketing communications"), Kind.BOOLEAN, "marketing_consent"),
    TableField("system_notifications", _("System notifications"), Kind.BOOLEAN, "system_consent"),
    TableField("contact_permission", _("Contact permission"), Kind.BOOLEAN, "contact_consent"),
    TableField("status", _("Status"), Kind.TEXT, "is_active", make=_status),
]


class CustomerResource(TableResource):
    """Customers as a table, in the fixed order of PRODUCT §4."""

    table_fields = _COLUMNS
    title = _("Customers")
