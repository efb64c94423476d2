"""The example file of an import of orders: the headers that are recognised, and two orders."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.files.exports import CellKind, Column, CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.core.files.resources import Export
from backoffice.core.text.phones import example_phone
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.importing.fields import FIELDS

_LEFT_OUT = {"placed_time", "customer_first_name", "customer_last_name", "line_total", "discount"}


def example_file(format: str, language: str, organisation) -> Iterator[bytes]:
    """CSV or XLSX in the active language, as bytes."""
    columns = [
        Column(name, str(label), CellKind.TEXT) for name, label in FIELDS.items() if name not in _LEFT_OUT
    ]
    rows = [tuple(row.get(column.name, "") for column in columns) for row in _rows(organisation)]
    export = Export(columns, iter(rows), _("Orders"), organisation.tz)
    return Layout(format, CsvDialect.of(language), labelled=True).stream(export)


def _rows(organisation) -> list[dict[str, str]]:
    """A delivery of two lines to somebody who is known, and a drink of somebody who is not."""
    location = organisation.locations.order_by("pk").first()
    delivery = {
        "order_id": "1001",
        "placed_at": "2026-10-01T18:30",
        "source": Source.WEB.label,
        "location": location.name if location else "",
        "service_type": ServiceType.DELIVERY.label,
        "customer_name": " ".join([pgettext("example", "Anna"), pgettext("example", "Sample")]),
        "customer_phone": example_phone(organisation.country, mobile=True),
        "customer_email": "anna@example.org",
        "tip": "2",
        "promised_at": "2026-10-01T19:15",
        "delivered_at": "2026-10-01T19:10",
        "status": OrderStatus.COMPLETED.label,
    }
    lines = [
        delivery | {"item": pgettext("example", "Pizza Margherita"), "quantity": "2", "unit_price": "11"},
        {"order_id": "1001", "item": pgettext("example", "Lemonade"), "quantity": "1", "unit_price": "4"},
        {
            "order_id": "1002",
            "placed_at": "2026-10-02T12:05",
            "item": pgettext("example", "Espresso"),
            "quantity": "1",
            "unit_price": "3",
        },
    ]
    return [{name: str(text) for name, text in line.items()} for line in lines]
