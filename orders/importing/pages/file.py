"""Step 1: the file."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.files.downloads import file_response
from backoffice.core.files.layouts import CONTENT_TYPES
from backoffice.core.pages.bodies import takes_files
from backoffice.imports.pages.phases import FILE, phase_of
from orders.importing.example import example_file
from orders.importing.pages.base import may_import, pages
from orders.importing.runs import start_upload
from orders.models import OrderImport


class OrderFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=1000,
        error_messages={"required": _("Choose a file first.")},
    )


@takes_files("TABLE_MAX_BYTES", pages.right)
@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def choose(request):
    """Ask for a file; with POST keep it and have it read."""
    if request.method != "POST":
        return _page(request, OrderFileForm())
    form = OrderFileForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = start_upload(
                organisation=request.organisation,
                actor=request.user,
                name=upload.name,
                size=upload.size,
                chunks=upload.chunks(),
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect(pages.place_of(run))
    return _page(request, form, status=422)


def _page(request, form: OrderFileForm, *, status: int = 200):
    runs = OrderImport.objects.filter(organisation=request.organisation).select_related("job").order_by("-pk")
    context = {
        "form": form,
        "recent": [(run, phase_of(run)) for run in runs[:3]],
        "max_megabytes": settings.TABLE_MAX_BYTES // 1024**2,
        "collects_customers": request.organisation.collects_customers,
    }
    return pages.render(request, "orders/importing/file.html", FILE, context, status=status)


@require_safe
@may_import
def example(request, format: str):
    """A file to fill in, in the reader's language, with two orders that show what is meant."""
    if format not in CONTENT_TYPES:
        raise Http404
    language = get_language()[:2]
    name = {"de": "beispiel-bestellungen", "es": "ejemplo-pedidos"}.get(language, "example-orders")
    return file_response(example_file(format, language, request.organisation), name, format)
