"""Step 4: what a worker does with an import, what came of it, and the way back."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.core.files.tables import TableOptions
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.jobs.models import Job
from backoffice.jobs.views import STOP_POLLING
from customers.importing import runs
from customers.importing.pages.base import (
    get_run,
    get_seen_run,
    may_import,
    place_of,
    render_step,
    require_allowed,
)
from customers.importing.pages.check_figures import CheckFigures
from customers.importing.pages.phases import RUNNING, STEPS
from customers.importing.pages.results import RunView
from customers.importing.rights import refuse_consents_of_others
from customers.importing.runs import NotPossible
from customers.models import ImportRun

PER_PAGE = 25


@require_safe
@may_import
def show(request, pk: int):
    """Progress while a worker is at it, then the result; a step that waits for a person has its own page.

    htmx asks again and again for the figures of an import that runs; at its end the page loads anew.
    """
    run = get_run(request, pk)
    view = RunView(run, formats_for(request.organisation))
    if request.htmx:
        return _stages(request, view)
    place = place_of(run)
    if place != request.path:
        if run.job and run.job.status == Job.Status.FAILED:
            toast(request, run.job.error, tone="bad")
        return redirect(place)
    context = {"run": run, "view": view}
    response = render_step(request, "customers/importing/run.html", view.phase.step, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _stages(request, view: RunView) -> HttpResponse:
    if view.phase is not RUNNING:
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    return render(request, "customers/importing/_run_stages.html", {"view": view})


@require_POST
@may_import
def start(request, pk: int):
    """Take the checked rows in."""
    run = get_seen_run(request, pk)
    require_allowed(run, "start")
    obstacle = CheckFigures(run).obstacle
    if obstacle:
        raise ValidationError(obstacle)
    refuse_consents_of_others(run, user=request.user)
    runs.start_import(run, actor=request.user)
    return redirect("customers:import-run", pk)


@require_POST
@may_import
def resume(request, pk: int):
    """Take in what is left of an import that was stopped."""
    run = get_run(request, pk)
    if not RunView(run, formats_for(request.organisation)).may_continue:
        raise NotPossible
    refuse_consents_of_others(run, user=request.user)
    runs.start_import(run, actor=request.user)
    return redirect("customers:import-run", pk)


@require_POST
@may_import
def read_again(request, pk: int):
    """Read a file once more that could not be read; what was said about it by hand is forgotten."""
    run = get_run(request, pk)
    require_allowed(run, "again")
    keeps = run.kind == ImportRun.Kind.PASTED or not run.problem
    runs.read_again(run, TableOptions(**run.options) if keeps else TableOptions(), actor=request.user)
    return redirect("customers:import-run", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def cancel(request, pk: int):
    """Ask, then stop an import that runs; what is in stays in."""
    run = get_run(request, pk)
    require_allowed(run, "cancel")
    if request.method != "POST":
        return _ask(request, run, _("Stop the import?"), "customers:import-cancel", "_run_cancel")
    runs.cancel(run, actor=request.user)
    toast(request, _("The import is being stopped. What is in stays in."))
    return redirect("customers:import-run", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def undo(request, pk: int):
    """Ask, then take the import back."""
    run = get_run(request, pk)
    if not RunView(run, formats_for(request.organisation)).may_undo:
        raise NotPossible
    if request.method != "POST":
        return _ask(request, run, _("Undo this import?"), "customers:import-undo", "_run_undo")
    runs.start_undo(run, actor=request.user)
    return redirect("customers:import-run", pk)


def _ask(request, run: ImportRun, title: str, action: str, parts: str) -> HttpResponse:
    return dialog(
        request,
        title=title,
        action=reverse(action, args=[run.pk]),
        method="post",
        fields=f"customers/importing/{parts}_text.html",
        foot=f"customers/importing/{parts}_foot.html",
        run=run,
        view=RunView(run, formats_for(request.organisation)),
    )


@require_safe
@may_import
def index(request):
    """The imports of the organisation, newest first."""
    found = ImportRun.objects.filter(organisation=request.organisation).select_related("job", "actor")
    before = whole_number(request.GET.get("before"), None)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: PER_PAGE + 1])
    formats = formats_for(request.organisation)
    context = {
        "rows": [RunView(runs.settle(run), formats) for run in page[:PER_PAGE]],
        "older": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        "is_first": before is None,
        "steps": STEPS.items(),
        "step": 0,
    }
    return render(request, "customers/importing/runs.html", context)
