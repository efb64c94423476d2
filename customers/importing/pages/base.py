"""What every page of an import shares: whose import, where it stands, the frame around it."""

from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.toasts import toast
from customers.importing.pages.phases import STEPS, phase_of
from customers.importing.runs import NotPossible, settle
from customers.models import ImportRun


def may_import(view):
    """The right to import, and an answer instead of an error when the import is elsewhere by now.

    Two presses at once, an old tab, the button "back": the person lands where the import stands, with
    the whole page, also when htmx asked for a part of it.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotPossible:
            toast(request, _("The import has moved on meanwhile."))
        except ValidationError as error:
            toast(request, " ".join(error.messages), tone="bad")
        place = place_of(get_run(request, kwargs["pk"]))
        return HttpResponseClientRedirect(place) if request.htmx else redirect(place)

    return permission_required("customers.import_customer", raise_exception=True)(guarded)


def get_run(request, pk: int) -> ImportRun:
    """An import of the request's organisation, or 404 (TRUST I12)."""
    runs = ImportRun.objects.select_related("job", "actor").filter(organisation=request.organisation)
    run = settle(get_object_or_404(runs, pk=pk))
    run.organisation = request.organisation
    return run


def get_seen_run(request, pk: int) -> ImportRun:
    """The import for a change that a page has posted. Raises `NotPossible` when the page is old: what it
    shows (field `job`) has been read or checked anew since, so its columns and figures are others."""
    run = get_run(request, pk)
    if request.POST.get("job", str(run.job_id)) != str(run.job_id):
        raise NotPossible
    return run


def require_allowed(run: ImportRun, name: str) -> None:
    """Raises `NotPossible` where the phase of the import does not allow this; see `Phase.allows`."""
    if name not in phase_of(run).allows:
        raise NotPossible


def place_of(run: ImportRun) -> str:
    """The address of the page where the import stands."""
    return reverse(f"customers:import-{phase_of(run).page}", args=[run.pk])


def render_step(request, template: str, step: int, context: dict, *, status: int = 200):
    """A page of the import at a step; templates/customers/importing/_frame.html names the inputs."""
    return render(request, template, {"steps": STEPS.items(), "step": step, **context}, status=status)
