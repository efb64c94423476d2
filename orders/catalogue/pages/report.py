"""`/products/report/`: what was sold of each product, its filters, its files."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.late_reads import reads_from_replica
from backoffice.core.pages.periods import period_links
from backoffice.core.text.formats import formats_for
from backoffice.staff.context import scope_of
from orders.catalogue import sales
from orders.catalogue.resources import ProductSalesResource
from orders.catalogue.state import SalesState


def sales_state(request) -> SalesState:
    """What the address says, with the choices of this organisation."""
    return SalesState(request.GET, **scope_of(request))


@require_safe
@permission_required("orders.view_product", raise_exception=True)
@reads_from_replica
def product_report(request):
    """Totals and products of one filter."""
    state, formats = sales_state(request), formats_for(request.organisation)
    address = state.address(reverse("orders:product-report"))
    context = {
        "state": state,
        "address": address,
        "hidden_state": address.fields("location", "category"),
        "chips": sales.chips(state, address, formats),
        "quick_filters": sales.quick_filters(state),
        "period_words": state.period.words(formats),
        "periods": period_links(address),
        "tiles": sales.tiles(state.products, formats),
        "headings": sales.headings(state, address),
        "rows": sales.rows_of(state.products, formats),
    }
    return render(request, "orders/catalogue/report.html", context)


@require_safe
@permission_required("orders.view_product", raise_exception=True)
def choose_days(request):
    """Days of one's own and every filter in one form, filled with what the address has."""
    state = sales_state(request)
    return dialog(
        request,
        title=_("Filter the product report"),
        action=reverse("orders:product-report"),
        method="get",
        fields="components/report_fields.html",
        foot="orders/catalogue/_report_foot.html",
        state=state,
        hidden_state=state.address().fields("from", "to", "period", "location", "category"),
        filter_fields=sales.quick_filters(state),
    )


@require_safe
@permission_required("orders.export_order", raise_exception=True)
@reads_from_replica
def export_sales(request, format: str):
    """The products of the report as a file, in its order."""
    state = sales_state(request)
    return table_response(
        request,
        ProductSalesResource(),
        state.products,
        format=format,
        kind=ExportRun.Kind.PRODUCT_REPORT,
        name=_("product-report-%(day)s"),
        query=state.address().query(),
        errors=state.errors.values(),
    )
