"""The points ledger as a file, one row per entry."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource


class PointsResource(TableResource):
    title = _("Points ledger")
    table_fields = [
        TableField("occurred_at", _("When"), CellKind.MOMENT),
        TableField("customer", _("Customer"), CellKind.INTEGER, "customer_id"),
        TableField("first_name", _("First name"), CellKind.TEXT, "customer__first_name"),
        TableField("last_name", _("Last name"), CellKind.TEXT, "customer__last_name"),
        TableField("entry", pgettext_lazy("points", "Entry"), CellKind.TEXT, "kind"),
        TableField("points", _("Points"), CellKind.INTEGER),
        TableField("order_id", _("Order"), CellKind.TEXT, "order__external_id"),
        TableField("reason", _("Reason"), CellKind.TEXT),
        TableField("by", pgettext_lazy("a person", "By"), CellKind.TEXT, "actor__name"),
    ]
