"""Step 1: the file, or pasted e-mails, and whether their owners agreed to advertising."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.files.downloads import file_response
from backoffice.core.files.layouts import FILE_TYPES
from backoffice.core.pages.bodies import takes_files
from backoffice.imports.pages.phases import FILE, phase_of
from customers.choices import Purpose
from customers.consent import current_wording
from customers.importing.example import example_file
from customers.importing.kept import KeptFile, find_file, forget_files, keep_file
from customers.importing.pages.base import may_import, pages
from customers.importing.pages.forms import PASTE, ConsentBasisForm, ImportFileForm
from customers.importing.runs import start_paste, start_upload
from customers.models import ImportRun


@takes_files("TABLE_MAX_BYTES", pages.right)
@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def choose(request):
    """Ask for a file; with POST keep it and have it read."""
    may_subscribe = request.user.has_perm("customers.grant_consent")
    if request.method != "POST":
        return _page(request, ImportFileForm(), ConsentBasisForm(needed=False))
    kept = find_file(request.POST.get("kept", ""), **_place(request))
    form = ImportFileForm(request.POST, request.FILES, kept=kept)
    subscribes = may_subscribe and request.POST.get("subscribe") == "yes"
    basis_form = ConsentBasisForm(request.POST if subscribes else None, needed=subscribes)
    is_said = not subscribes or basis_form.is_valid()
    if form.is_valid() and is_said:
        try:
            run = _start(request, form, basis_form.basis if subscribes else None)
        except ValidationError as error:
            form.add_error("text" if form.cleaned_data["kind"] == PASTE else "file", error)
        else:
            forget_files(**_place(request))
            return redirect(pages.place_of(run))
    return _page(request, form, basis_form, kept=_keep(request, form), status=422)


def _place(request) -> dict:
    return {"organisation": request.organisation, "person": request.user}


def _start(request, form: ImportFileForm, consent) -> ImportRun:
    whose = {"organisation": request.organisation, "actor": request.user, "consent": consent}
    if form.cleaned_data["kind"] == PASTE:
        return start_paste(text=form.cleaned_data["text"], name=_("Pasted e-mails"), **whose)
    upload = form.cleaned_data["file"] or form.kept
    return start_upload(name=upload.name, size=upload.size, chunks=upload.chunks(), **whose)


def _keep(request, form: ImportFileForm) -> KeptFile | None:
    """The chosen file, when it is not what is wrong: a browser forgets it with the next page."""
    upload = form.cleaned_data.get("file")
    if upload:
        return keep_file(name=upload.name, chunks=upload.chunks(), **_place(request))
    return form.kept


def _page(request, form: ImportFileForm, basis_form: ConsentBasisForm, *, kept=None, status: int = 200):
    organisation = request.organisation
    runs = ImportRun.objects.filter(organisation=organisation).select_related("job").order_by("-pk")
    context = {
        "form": form,
        "basis_form": basis_form,
        "kept": kept,
        "may_subscribe": request.user.has_perm("customers.grant_consent"),
        "wording": current_wording(organisation, Purpose.MARKETING, ""),
        "recent": [(run, phase_of(run)) for run in runs[:3]],
        "max_megabytes": settings.TABLE_MAX_BYTES // 1024**2,
    }
    return pages.render(request, "customers/importing/file.html", FILE, context, status=status)


@require_safe
@may_import
def example(request, format: str):
    """A file to fill in, in the reader's language, with two rows that show what is meant."""
    if format not in FILE_TYPES:
        raise Http404
    language = get_language()[:2]
    name = {"de": "beispiel-kunden", "es": "ejemplo-clientes"}.get(language, "example-customers")
    return file_response(example_file(format, language, request.organisation), name, format)
