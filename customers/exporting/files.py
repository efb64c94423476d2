"""Customers out of the house: streamed, one moment in time, logged (TRUST I9, §6)."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from backoffice.audit.exports import give_out
from backoffice.audit.models import ExportRun
from backoffice.core.files.layouts import Layout
from backoffice.core.text.periods import local_day
from customers.exporting.resource import CustomerResource


def export_customers(
    queryset: QuerySet, *, organisation, actor, layout: Layout, query: str = ""
) -> Iterator[bytes]:
    """Yield a file of the customers in `queryset`, in its order. Logged before the first byte.

    Raises TooManyExports at the call, not at the first byte.
    """
    export = CustomerResource().export(
        queryset,
        currency=organisation.currency,
        export_fields=layout.columns,
        tz=organisation.tz,
        today=local_day(timezone.now(), organisation.tz),
    )
    kind = ExportRun.Kind.CUSTOMERS
    return give_out(export, organisation=organisation, actor=actor, kind=kind, layout=layout, query=query)
