"""Downloads of orders."""

from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.files.downloads import file_response, read_layout, refuse
from backoffice.core.files.layouts import DownloadRefused
from customers.access import get_customer
from orders.receipts.files import export_orders_of
from orders.receipts.resource import OrderLineResource


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
def export_customer_orders(request, pk: int, format: str):
    """One customer's order history as CSV or XLSX (PRODUCT P6)."""
    customer = get_customer(request, pk)
    try:
        layout = read_layout(request.GET, format, OrderLineResource().fields)
        chunks = export_orders_of(customer, actor=request.user, layout=layout)
    except DownloadRefused as error:
        return refuse(request, error)
    return file_response(chunks, _("orders-%(number)s") % {"number": customer.pk}, format)
