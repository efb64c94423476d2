"""Downloads of the list."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.files.exports import CsvDialect
from backoffice.core.pages.dialogs import dialog
from backoffice.core.text.formats import formats_for
from customers.exporting.columns import CustomerResource
from customers.exporting.files import Layout, TooManyExports, export_customers
from customers.figures.statistics import refresh_monthly_spend
from customers.listing.filters import ListState
from customers.listing.page import Address
from customers.listing.search import Order, find_matches, sort_matches

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DELIMITERS = {";": ";", ",": ",", "tab": "\t", "\t": "\t"}


class InvalidExport(ValueError):
    """The address asks for a layout that does not exist; the text says which part."""


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
def export_list(request, format: str):
    """The list as a file: honours search, filters, sort, `selected` (or `all`) and `columns`."""
    if format not in CONTENT_TYPES:
        raise Http404
    state = ListState(
        request.GET,
        organisation=request.organisation,
        location=request.location,
        language=get_language()[:2],
    )
    try:
        layout = read_layout(request.GET, format, get_language()[:2])
        selected = _selected(request.GET)
    except InvalidExport as error:
        return refuse(request, [str(error)])
    if state.errors:
        return refuse(request, state.errors.values())
    return _download(request, state, layout, selected)


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
def show_options(request):
    """Ask for columns, headers and separator of an export of the list as it is."""
    return dialog(
        request,
        title=_("Adjust export"),
        action=reverse("customers:export", args=["csv"]),
        method="get",
        fields="customers/exporting/_fields.html",
        foot="customers/exporting/_foot.html",
        address=Address("", request.GET),
        export_columns=CustomerResource().columns(),
    )


def _download(request, state, layout: Layout, selected: list[int]):
    organisation = request.organisation
    order = Order.parse(request.GET.get("sort", "-joined"))
    if order.name == "monthly":
        refresh_monthly_spend(organisation, formats_for(organisation).today)
    queryset = state.queryset
    if selected:
        queryset = queryset.filter(pk__in=selected)
    if state.query:
        queryset = find_matches(organisation, queryset, state.query).indexed
    address = Address("", request.GET)
    try:
        chunks = export_customers(
            sort_matches(organisation, queryset, order),
            organisation=organisation,
            actor=request.user,
            layout=layout,
            title=_("Customers"),
            query=address.query() + (f"&selected={len(selected)}" if selected else ""),
        )
    except TooManyExports:
        return refuse(request, [_("The daily limit of exports is reached. Try again tomorrow.")], status=429)
    day = formats_for(organisation).today.isoformat()
    return file_response(chunks, _("customers-%(day)s") % {"day": day}, layout.format)


def file_response(chunks, name: str, format: str) -> StreamingHttpResponse:
    """A streamed download; nothing in between may keep or change it."""
    response = StreamingHttpResponse(chunks, content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    response["X-Accel-Buffering"] = "no"
    return response


def refuse(request, messages, status: int = 400) -> HttpResponse:
    """Say why there is no file; nothing is sent in part."""
    return render(request, "layouts/download_refused.html", {"messages_": list(messages)}, status=status)


def read_layout(data, format: str, language: str) -> Layout:
    """The layout an address asks for. Raises InvalidExport."""
    usual = CsvDialect.of(language)
    delimiter = data.get("delimiter") or usual.delimiter
    decimal = data.get("decimal") or usual.decimal
    if delimiter not in DELIMITERS:
        raise InvalidExport(_("The separator must be a semicolon, a comma or a tab."))
    if decimal not in {",", "."}:
        raise InvalidExport(_("The decimal sign must be a comma or a point."))
    known = {column.column_name for column in CustomerResource().columns()}
    columns = [name for text in data.getlist("columns") for name in text.split(",") if name]
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise InvalidExport(_("There is no column “%(name)s”.") % {"name": unknown[0][:40]})
    return Layout(
        format, CsvDialect(DELIMITERS[delimiter], decimal), columns, data.get("headers") == "labels"
    )


def _selected(data) -> list[int]:
    if data.get("all"):
        return []
    texts = data.getlist("selected")
    if not all(text.isascii() and text.isdecimal() and len(text) < 18 for text in texts):
        raise InvalidExport(_("The selection could not be read. Select the rows again."))
    return [int(text) for text in texts]
