"""`/orders/`: the receipt report, its filters, its files."""

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.late_reads import LateReadsMixin, reads_from_replica
from backoffice.core.pages.periods import NAMES as PERIOD_NAMES
from backoffice.core.pages.periods import period_links
from backoffice.core.text.formats import formats_for
from backoffice.staff.context import frame_of, scope_of
from orders.report import page
from orders.report.hours import hours_chart, hours_of
from orders.report.resource import ReceiptResource
from orders.report.rows import receipt_page
from orders.report.state import ReportState
from orders.report.tiles import report_figures
from orders.report.totals import COUNTED


class ReportView(LateReadsMixin, PermissionRequiredMixin, TemplateView):
    """Totals, revenue by day and receipts of one filter; htmx asks for the region below the head alone."""

    permission_required = "orders.view_order"
    raise_exception = True

    def get_template_names(self):
        is_fragment = self.request.htmx and not self.request.htmx.history_restore_request
        return ["orders/report/_region.html" if is_fragment else "orders/report/report.html"]

    @cached_property
    def formats(self):
        return formats_for(self.request.organisation)

    def get_context_data(self, **kwargs):
        state, formats = report_state(self.request), self.formats
        address = state.address(reverse("orders:report"))
        locations = frame_of(self.request).locations
        return super().get_context_data(
            **kwargs,
            state=state,
            address=address,
            hidden_state=address.fields("q", *page.QUICK_FILTERS),
            chips=page.chips(state, address, formats),
            quick_filters=page.quick_filters(state, locations),
            period_words=state.period.words(formats),
            periods=period_links(address),
            figures=report_figures(state, formats),
            headings=page.headings(state, address),
            page=receipt_page(state, formats),
        )


def report_state(request) -> ReportState:
    """What the address says, with the choices of this organisation."""
    return ReportState(request.GET, **scope_of(request))


@require_safe
@permission_required("orders.view_order", raise_exception=True)
@reads_from_replica
def show_hours(request):
    """Revenue by weekday and hour: a part that the report asks for when it is seen, or a page."""
    state, formats = report_state(request), formats_for(request.organisation)
    hours = hours_of(state.receipts, {place.pk: place.tz for place in frame_of(request).locations})
    context = {
        "state": state,
        "hours": hours_chart(hours, formats),
        "capped": formats.number(COUNTED) if hours.is_capped else "",
        "currency": request.organisation.currency,
        "period_words": state.period.words(formats),
        "back": state.address(reverse("orders:report"))(),
    }
    return render(request, f"orders/report/{'_hours' if request.htmx else 'hours'}.html", context)


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def show_filters(request):
    """Period and every filter in one form, filled with what the address has."""
    state = report_state(request)
    return dialog(
        request,
        title=_("Filter receipts"),
        action=reverse("orders:report"),
        method="get",
        fields="components/report_fields.html",
        foot="orders/report/_filter_foot.html",
        state=state,
        hidden_state=state.address().fields(*PERIOD_NAMES, *page.DIALOG_FILTERS),
        filter_fields=page.filter_fields(state),
    )


@require_safe
@permission_required("orders.export_order", raise_exception=True)
@reads_from_replica
def export_report(request, format: str):
    """The receipts of the report as a file, in its order."""
    state = report_state(request)
    return table_response(
        request,
        ReceiptResource(),
        state.sorted_receipts,
        format=format,
        kind=ExportRun.Kind.RECEIPTS,
        name=_("receipts-%(day)s"),
        query=state.address().query(),
        errors=state.errors.values(),
    )
