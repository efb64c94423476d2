"""A guest's order history out of the house, streamed and logged."""

from collections.abc import Iterator

from backoffice.audit.models import ExportRun
from backoffice.core.files.exports import Column
from customers.exporting.files import Layout, start_export, stream_file
from orders.models import OrderLine
from orders.receipts.columns import OrderLineResource

# an amount of the whole order stands on its first line alone, so that a column can be summed
_ONCE_PER_ORDER = {"tip", "discount", "order_total"}


def export_orders_of(customer, *, actor, layout: Layout, title: str) -> Iterator[bytes]:
    """Yield a file with one row per order line, newest order first. Raises TooManyExports."""
    fields = OrderLineResource().columns()
    columns = [Column(item.column_name, str(item.label), item.kind) for item in fields]
    run = start_export(
        organisation=customer.organisation,
        actor=actor,
        kind=ExportRun.Kind.CUSTOMER_ORDERS,
        layout=layout,
        columns=columns,
        query=f"customer={customer.pk}",
    )
    rows = _rows(customer, fields)
    return stream_file(run, rows, columns=columns, layout=layout, title=title, tz=customer.organisation.tz)


def _rows(customer, fields) -> Iterator[list]:
    once = [place for place, item in enumerate(fields) if item.column_name in _ONCE_PER_ORDER]
    lines = (
        OrderLine.objects.filter(order__customer=customer)
        .order_by("-order__placed_at", "-order_id", "position")
        .values_list(*[item.lookup for item in fields], "position", "order_id")
    )
    previous = None
    for row in lines.iterator(chunk_size=2_000):
        values, order_id = list(row[:-2]), row[-1]
        if order_id == previous:
            for place in once:
                values[place] = None
        previous = order_id
        yield values
