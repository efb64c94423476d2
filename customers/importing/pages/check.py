"""Step 3: what would become of every row; faults are put right in their place."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.files.downloads import file_response
from backoffice.core.files.exports import CsvDialect
from backoffice.core.pages.addresses import whole_number
from backoffice.imports.pages.base import require_allowed
from backoffice.imports.pages.phases import CHECK
from backoffice.imports.profiling import IGNORED
from backoffice.imports.runs import NotPossible
from customers.importing.checked_rows import download_refused
from customers.importing.correcting import NotCorrectable, correct_row
from customers.importing.fields import IDENTITY
from customers.importing.mapping import CustomerMapping
from customers.importing.pages.base import may_import, pages
from customers.importing.pages.check_figures import CheckFigures, make_check_page, make_row_view
from customers.importing.profiling import Profile
from customers.importing.rights import refuse_corrected_consents
from customers.importing.runs import start_check
from customers.models import ImportCorrection, ImportRow, ImportRun

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL refuses in JSON
_PLACE = re.compile(r"[0-9]{1,4}\Z")
DECISIONS = {"", *ImportCorrection.Decision.values}


@require_safe
@may_import
def show(request, pk: int):
    """Figures, tabs and rows of a checked import; `tab` and `page` choose the rows."""
    run = pages.run(request, pk)
    place = pages.place_of(run)
    if place != request.path:
        return redirect(place)
    page = make_check_page(run, request.GET.get("tab", ""), whole_number(request.GET.get("page"), 1))
    return pages.render(request, "customers/importing/check.html", CHECK, {"run": run, "check": page})


@require_POST
@may_import
def correct(request, pk: int, line: int):
    """Check a row again with the posted cells (`c0`, `c1` … by their place in the file) or `decision`."""
    run = pages.seen_run(request, pk)
    decision = request.POST.get("decision")
    cells = _posted_cells(request.POST, Profile.from_json(run.profile).headers)
    try:
        refuse_corrected_consents(run, line, cells, user=request.user)
        correct_row(run, line, cells=cells, decision=decision if decision in DECISIONS else None)
    except NotCorrectable:
        raise NotPossible from None
    except ImportRow.DoesNotExist:
        raise Http404 from None
    return _row_answer(request, run, line) if request.htmx else redirect(_back(request.POST, run, line))


@require_POST
@may_import
def leave_out(request, pk: int):
    """Come in without whatever cannot be read in a `column` (its place in the file); all is checked anew."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "leave-out")
    header = dict(enumerate(Profile.from_json(run.profile).headers)).get(
        whole_number(request.POST.get("column"), -1)
    )
    mapping = CustomerMapping.from_json(run.mapping)
    if mapping.columns.get(header, IGNORED) in {IGNORED, *IDENTITY}:
        raise Http404
    left_out = [*dict.fromkeys([*mapping.left_out, header])]
    start_check(run, replace(mapping, left_out=left_out), actor=request.user, by_hand=False)
    return redirect(pages.place_of(pages.run(request, pk)))


def _posted_cells(data, headers: list[str]) -> dict[str, str]:
    """Texts by header; what no file could hold is cut off. One cell can be left out."""
    cells = {header: data.get(f"c{place}") for place, header in enumerate(headers)}
    return {
        header: _UNSTORABLE.sub("", text)[: settings.TABLE_MAX_CELL_CHARACTERS]
        for header, text in cells.items()
        if text is not None
    } | {header: "" for place, header in enumerate(headers) if data.get("leave_out") == str(place)}


def _row_answer(request, run: ImportRun, line: int):
    """The row as it is now, and beside it what else has changed on the page."""
    run.refresh_from_db(fields=["checked"])
    places = [int(text) for text in request.POST.get("columns", "").split(",") if _PLACE.match(text)]
    context = {
        "run": run,
        "row": make_row_view(run, line, places),
        "figures": CheckFigures(run),
        "tab": request.POST.get("tab", ""),
        "page_number": request.POST.get("page", ""),
        "places": ",".join(map(str, places)),
    }
    return render(request, "customers/importing/_check_answer.html", context)


def _back(data, run: ImportRun, line: int) -> str:
    state = {name: data[name] for name in ("tab", "page") if data.get(name)}
    return f"{reverse('customers:import-check', args=[run.pk])}?{urlencode(state)}#row-{line}"


@require_safe
@may_import
def refused(request, pk: int):
    """The rows that stay out, with the reason, to be put right and imported again."""
    run = pages.run(request, pk)
    headers = Profile.from_json(run.profile).headers
    if not headers:
        raise ValidationError(_("The rows of this import are deleted: it can no longer be undone."))
    dialect = CsvDialect.of(get_language()[:2])
    chunks = download_refused(run, headers, actor=request.user, delimiter=dialect.delimiter)
    return file_response(chunks, _("refused-rows-%(number)s") % {"number": run.pk}, "csv")
