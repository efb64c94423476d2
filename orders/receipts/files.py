"""A customer's order history out of the house, streamed and logged."""

from collections.abc import Iterator

from backoffice.audit.exports import give_out
from backoffice.audit.models import ExportRun
from backoffice.core.files.layouts import Layout
from orders.models import OrderLine
from orders.receipts.resource import OrderLineResource


def export_orders_of(customer, *, actor, layout: Layout) -> Iterator[bytes]:
    """Yield a file with one row per order line, newest order first. Raises TooManyExports."""
    organisation = customer.organisation
    lines = OrderLine.objects.filter(order__customer=customer)
    export = OrderLineResource().export(
        lines.order_by("-order__placed_at", "-order_id", "position"),
        currency=organisation.currency,
        export_fields=layout.columns,
        tz=organisation.tz,
    )
    return give_out(
        export,
        organisation=organisation,
        actor=actor,
        kind=ExportRun.Kind.CUSTOMER_ORDERS,
        layout=layout,
        query=f"customer={customer.pk}",
    )
