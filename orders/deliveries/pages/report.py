"""`/deliveries/`: the report of deliveries, its filters, its files."""

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
from backoffice.staff.context import frame_of, scope_of
from orders.deliveries import page
from orders.deliveries.figures import COUNTED, figures_of
from orders.deliveries.forms import DeliveryFilters
from orders.deliveries.resource import DeliveryResource
from orders.deliveries.rows import delivery_page
from orders.deliveries.state import DeliveryState


def _state(request) -> DeliveryState:
    """What the address says, with the choices of this organisation."""
    return DeliveryState(request.GET, **scope_of(request))


@require_safe
@permission_required("orders.view_order", raise_exception=True)
@reads_from_replica
def deliveries(request):
    """Shares, medians and deliveries of one filter."""
    state, formats, locations = (
        _state(request),
        formats_for(request.organisation),
        frame_of(request).locations,
    )
    address = state.address(reverse("orders:deliveries"))
    zones = {place.pk: place.tz for place in locations}
    figures = figures_of(state.newest_first, zones)
    context = {
        "state": state,
        "address": address,
        "hidden_state": address.fields(*DeliveryFilters.base_fields),
        "chips": page.chips(state, address, formats),
        "quick_filters": page.quick_filters(state),
        "period_words": state.period.words(formats),
        "periods": period_links(address),
        "tiles": page.tiles(figures, formats),
        "capped": formats.number(COUNTED) if figures.is_capped else "",
        "late": page.chart(figures, state, formats),
        "groups": page.groups(figures, state, locations, formats),
        "page": delivery_page(state, zones, formats),
        "has_locations": len(locations) > 1,
    }
    return render(request, "orders/deliveries/report.html", context)


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def choose(request):
    """Days of one's own and every filter in one form, filled with what the address has."""
    state = _state(request)
    return dialog(
        request,
        title=_("Filter deliveries"),
        action=reverse("orders:deliveries"),
        method="get",
        fields="components/report_fields.html",
        foot="orders/deliveries/_filter_foot.html",
        state=state,
        hidden_state=[],
        filter_fields=page.quick_filters(state),
        back=reverse("orders:deliveries"),
        back_label=_("Deliveries"),
    )


@require_safe
@permission_required("orders.export_order", raise_exception=True)
@reads_from_replica
def export(request, format: str):
    """The deliveries of the report as a file, newest first."""
    state = _state(request)
    return table_response(
        request,
        DeliveryResource(),
        state.newest_first,
        format=format,
        kind=ExportRun.Kind.DELIVERIES,
        name=_("deliveries-%(day)s"),
        query=state.address().query(),
        errors=state.errors.values(),
    )
