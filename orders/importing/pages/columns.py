"""Step 2: which column is which part of an order, and what holds where the file says nothing."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.imports.pages.base import require_allowed
from backoffice.imports.pages.column_rows import column_row, recognition
from backoffice.imports.pages.forms import ColumnsForm, ReadingForm
from backoffice.imports.pages.phases import COLUMNS
from backoffice.imports.profiling import IGNORED, FileProfile
from backoffice.imports.runs import read_again
from backoffice.staff.models import Location
from customers.choices import Source
from orders.importing.fields import DAYS, OF_LINE, OF_ORDER
from orders.importing.mapping import OrderMapping
from orders.importing.pages.base import may_import, pages
from orders.importing.remembering import earlier_mapping
from orders.importing.runs import start_check
from orders.models import OrderImport


class OrderColumnsForm(ColumnsForm):
    days = DAYS

    source = forms.ChoiceField(label=_("Source of orders that name none"), choices=Source.choices)
    location = forms.ModelChoiceField(
        label=_("Location of orders that name none"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=None,
    )

    def __init__(self, data, *, profile: FileProfile, mapping: OrderMapping, organisation):
        super().__init__(
            data,
            profile=profile,
            columns=mapping.columns,
            day_orders=mapping.day_orders,
            choices=[
                (IGNORED, _("Do not import")),
                (_("Order"), list(OF_ORDER.items())),
                (_("Line of the order"), list(OF_LINE.items())),
            ],
            initial={"source": mapping.source, "location": mapping.location_id},
        )
        locations = organisation.locations.order_by("pk")
        if len(locations) > 1:
            self.fields["location"].queryset = locations
        else:
            del self.fields["location"]

    def mapping(self) -> OrderMapping:
        location = self.cleaned_data.get("location")
        return OrderMapping(
            self.columns, self.day_orders(), location and location.pk, self.cleaned_data["source"]
        )


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def map_columns(request, pk: int):
    """Show and take the mapping; a POST by htmx only shows what follows from the choices so far."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "columns")
    form = _form(request, run, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, run, form)
    if request.htmx:
        return _page(request, run, form, template="imports/_columns_region.html")
    if form.is_valid():
        try:
            start_check(run, form.mapping(), actor=request.user)
            return redirect(pages.place_of(pages.run(request, pk)))
        except ValidationError as error:
            form.add_error(None, error)
    return _page(request, run, form, status=422)


@require_POST
@may_import
def read_otherwise(request, pk: int):
    """Read the file anew with another encoding, separator, header or sheet; the mapping begins anew."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "read")
    reading = ReadingForm(request.POST, profile=FileProfile.from_json(run.profile), kind=run.kind)
    if not reading.is_valid():
        return _page(request, run, _form(request, run, None), reading=reading, status=422)
    read_again(run, reading.options, actor=request.user)
    return redirect(pages.place_of(pages.run(request, pk)))


def _form(request, run: OrderImport, data) -> OrderColumnsForm:
    return OrderColumnsForm(
        data,
        profile=FileProfile.from_json(run.profile),
        mapping=OrderMapping.from_json(run.mapping),
        organisation=request.organisation,
    )


def _page(
    request,
    run,
    form: OrderColumnsForm,
    *,
    reading=None,
    template="orders/importing/columns.html",
    status=200,
):
    profile = form.profile
    earlier = earlier_mapping(run, profile.headers)
    remembered = earlier.columns if earlier else {}
    context = {
        "run": run,
        "form": form,
        "reading": reading or ReadingForm(None, profile=profile, kind=run.kind),
        "rows": [
            column_row(
                form, place, header, recognition(form, place, header, is_remembered=header in remembered)
            )
            for place, header in enumerate(profile.headers)
        ],
        "taken": sum(bool(name) for name in form.columns.values()),
        **ReadingForm.facts(profile),
    }
    response = pages.render(request, template, COLUMNS, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
