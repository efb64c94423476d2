"""Downloads of the list."""

from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.files.downloads import file_response, read_layout, refuse
from backoffice.core.files.layouts import DownloadRefused
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.late_reads import reads_from_replica
from backoffice.core.pages.lists import Address
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.exporting.files import export_customers
from customers.exporting.resource import CustomerResource
from customers.figures import refresh_monthly_spend
from customers.listing import (
    STATE_PARAMETERS,
    ListState,
    SelectionUnreadable,
    count_matches,
    read_selection,
    result_text,
    selection_fields,
)


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
@reads_from_replica
def export_list(request, format: str):
    """The list as a file: honours search, filters, sort, `selected` (or `all`) and `columns`."""
    organisation = request.organisation
    try:
        layout = read_layout(request.GET, format, CustomerResource().fields)
        queryset, query = _chosen(request)
        chunks = export_customers(
            queryset, organisation=organisation, actor=request.user, layout=layout, query=query
        )
    except DownloadRefused as error:
        return refuse(request, error)
    name = _("customers-%(day)s") % {"day": formats_for(organisation).today.isoformat()}
    text = _("%(customers)s exported: %(file)s")
    toast(request, text % {"customers": _how_many(request, queryset), "file": f"{name}.{format}"})
    return file_response(chunks, name, format)


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
@reads_from_replica
def show_options(request):
    """Ask for columns, headers and separator of an export of the list, or of what is ticked in it."""
    try:
        queryset, _query = _chosen(request)
    except DownloadRefused as error:
        return refuse(request, error)
    unreachable = queryset.filter(marketing_consent=True).reachable(False)
    return dialog(
        request,
        title=_("Adjust export"),
        action=reverse("customers:export", args=["csv"]),
        method="get",
        fields="customers/exporting/_fields.html",
        foot="customers/exporting/_foot.html",
        hidden=[
            *Address("", request.GET, STATE_PARAMETERS).fields("reachable"),
            *selection_fields(request.GET),
        ],
        only_reachable=request.GET.get("reachable") == "yes",
        count=_how_many(request, queryset),
        unreachable=_how_many(request, unreachable) if unreachable.exists() else "",
        export_columns=CustomerResource().fields.values(),
    )


def _chosen(request) -> tuple:
    """The customers that the address names, sorted, and the query as the log keeps it."""
    organisation = request.organisation
    state = ListState(
        request.GET, organisation=organisation, location=request.location, language=get_language()[:2]
    )
    if state.errors:
        raise DownloadRefused(*state.errors.values())
    if state.order.name == "monthly":
        refresh_monthly_spend(organisation, formats_for(organisation).today)
    try:
        selected = read_selection(request.GET)
    except SelectionUnreadable as error:
        raise DownloadRefused(str(error)) from None
    query = state.address().query() + (f"&selected={len(selected)}" if selected else "")
    return state.sorted_customers(selected), query


def _how_many(request, customers) -> str:
    return result_text(count_matches(customers), formats_for(request.organisation))
