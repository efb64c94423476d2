"""Step 2: which column is which field, how the file is read, how its consents are known."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.imports.pages.base import require_allowed
from backoffice.imports.pages.forms import ReadingForm
from backoffice.imports.pages.phases import COLUMNS
from backoffice.imports.runs import read_again
from customers.choices import Purpose
from customers.consent import current_wording
from customers.importing.mapping import CustomerMapping
from customers.importing.pages.base import may_import, pages
from customers.importing.pages.column_rows import column_rows
from customers.importing.pages.columns_form import (
    ImportColumnsForm,
    on_existing_choices,
    on_unreadable_choices,
)
from customers.importing.pages.forms import ConsentBasisForm
from customers.importing.profiling import Profile, is_remembered
from customers.importing.runs import start_check
from customers.models import ImportRun


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def map_columns(request, pk: int):
    """Show and take the mapping; a POST by htmx only shows what follows from the choices so far."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "columns")
    page = _Page(request, run)
    if request.method != "POST":
        return page.render()
    if request.htmx:
        return page.render("imports/_columns_region.html")
    if not page.is_valid():
        return page.render(status=422)
    try:
        start_check(run, page.mapping, actor=request.user)
    except ValidationError as error:
        page.form.add_error(None, error)
        return page.render(status=422)
    return redirect(pages.place_of(pages.run(request, pk)))


@require_POST
@may_import
def read_otherwise(request, pk: int):
    """Read the file anew with another encoding, separator, header or sheet; the mapping begins anew."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "read")
    page = _Page(request, run, reads=True)
    if not page.reading.is_valid():
        return page.render(status=422)
    read_again(run, page.reading.options, actor=request.user)
    return redirect(pages.place_of(pages.run(request, pk)))


class _Page:
    """The forms of the step and what is shown beside them."""

    def __init__(self, request, run: ImportRun, *, reads: bool = False):
        self.request, self.run = request, run
        self.profile = Profile.from_json(run.profile)
        before = CustomerMapping.from_json(run.mapping)
        data = request.POST if request.method == "POST" and not reads else None
        self.form = ImportColumnsForm(
            data,
            profile=self.profile,
            mapping=before,
            organisation=request.organisation,
            may_grant=request.user.has_perm("customers.grant_consent"),
            tells_consents=run.tells_consents,
        )
        self.reading = ReadingForm(request.POST if reads else None, profile=self.profile, kind=run.kind)
        asks = data if data is not None and self.form.is_proven and not request.htmx else None
        self.basis = ConsentBasisForm(asks, needed=self.form.is_proven, initial=_said(before, data))

    def is_valid(self) -> bool:
        is_proven = not self.form.is_proven or self.basis.is_valid()
        return self.form.is_valid() and is_proven

    @property
    def mapping(self) -> CustomerMapping:
        return self.form.mapping(self.basis.basis if self.form.is_proven else None)

    def render(self, template: str = "customers/importing/columns.html", *, status: int = 200):
        known = is_remembered(self.request.organisation, self.profile)
        rows = column_rows(self.form, is_remembered=known)
        context = {
            "run": self.run,
            "form": self.form,
            "basis_form": self.basis,
            "reading": self.reading,
            "rows": rows,
            "consent_rows": [row for row in rows if row.is_consent],
            "taken": sum(bool(name) for name in self.form.columns.values()),
            **ReadingForm.facts(self.profile),
            "on_existing": on_existing_choices(),
            "on_unreadable": on_unreadable_choices(),
            "wording": current_wording(self.request.organisation, Purpose.MARKETING, ""),
        }
        response = pages.render(self.request, template, COLUMNS, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _said(before: CustomerMapping, data) -> dict:
    """What was said of the consents: typed just now, else when the file was brought."""
    if data is not None:
        return {name: data.get(name, "") for name in ("origin", "given_on", "wording")}
    if before.consent is None:
        return {}
    consent = before.consent
    return {"origin": consent.origin, "given_on": consent.given_on, "wording": consent.wording}
