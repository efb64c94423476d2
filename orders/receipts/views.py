"""Downloads of orders."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.access import get_customer
from customers.exporting.files import TooManyExports
from customers.exporting.views import CONTENT_TYPES, InvalidExport, file_response, read_layout, refuse
from orders.receipts.files import export_orders_of


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
def export_customer_orders(request, pk: int, format: str):
    """One guest's order history as CSV or XLSX (PRODUCT P6)."""
    if format not in CONTENT_TYPES:
        raise Http404
    customer = get_customer(request, pk)
    try:
        layout = read_layout(request.GET, format, get_language()[:2])
        chunks = export_orders_of(customer, actor=request.user, layout=layout, title=_("Orders"))
    except InvalidExport as error:
        return refuse(request, [str(error)])
    except TooManyExports:
        return refuse(request, [_("The daily limit of exports is reached. Try again tomorrow.")], status=429)
    return file_response(chunks, _("orders-%(number)s") % {"number": customer.pk}, format)
