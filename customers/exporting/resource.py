"""Customers as a table of files, made from the table of fields; exports and imports go through it."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource
from customers.contacts import points_column
from customers.exporting.words import WORDS_BY_KIND
from customers.field_kinds import Kind
from customers.fields import FIELDS

# How files write each kind; all others are text.
_FILE_KINDS = {
    Kind.COUNT: CellKind.INTEGER,
    Kind.DAYS: CellKind.INTEGER,
    Kind.MONEY: CellKind.MONEY,
    Kind.AVERAGE: CellKind.MONEY,
    Kind.MONTHLY: CellKind.MONEY,
    Kind.DAY: CellKind.DAY,
    Kind.BIRTHDAY: CellKind.DAY,
    Kind.MOMENT: CellKind.MOMENT,
    Kind.LAST_ORDER: CellKind.MOMENT,
    Kind.CONSENT: CellKind.BOOLEAN,
}


class CustomerResource(TableResource):
    """Customers as a table, in the fixed order of PRODUCT §4."""

    table_fields = [
        TableField(
            field.name,
            field.label,
            _FILE_KINDS.get(field.kind, CellKind.TEXT),
            *field.paths,
            make=field.make,
            words=WORDS_BY_KIND.get(field.kind),
            on_demand=field.on_demand,
        )
        for field in FIELDS
        if field.in_files
    ]
    title = _("Customers")

    def rows(self, queryset, fields: list[TableField], today: date) -> Iterator[tuple]:
        if any(item.column_name == "contact_points" for item in fields):
            queryset = queryset.annotate(points=points_column())
        return super().rows(queryset, fields, today)
