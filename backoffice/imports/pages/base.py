"""What the pages of all imports share: whose import, where it stands, the frame around it, the way back."""

from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.files.tables import TableOptions
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.imports import runs
from backoffice.imports.models import FileImport
from backoffice.imports.pages.phases import RUNNING, STEPS, phase_of
from backoffice.imports.pages.results import RunView
from backoffice.imports.runs import NotPossible
from backoffice.jobs.models import Job
from backoffice.jobs.views import STOP_POLLING

PER_PAGE = 25


class ImportPages:
    """The pages of one kind of import, for whoever has the `right`; each kind is a subclass.

    `templates` is the folder of what only this kind shows, `parent` the page (label, address name) above
    the import. Its addresses are `<app>:import`, `<app>:imports` and `<app>:import-…`; see
    `FileImport.things`.
    """

    model: type[FileImport]
    view_class: type[RunView]
    right: str | tuple[str, ...]
    templates: str
    parent: tuple
    title: object
    is_running: object
    is_done: object
    to_result: object
    none_yet: object
    columns_title: object
    field_title: object
    below_columns = ""  # a template of what else step 2 asks for once the columns are known

    def urls(self) -> list[URLPattern]:
        """Addresses of the pages that are the same for every import."""
        asks = require_http_methods(["GET", "HEAD", "POST"])
        pages = [
            ("<int:pk>/", self.show, "run", require_safe),
            ("<int:pk>/again/", self.read_again, "again", require_POST),
            ("<int:pk>/discard/", self.discard, "discard", require_POST),
            ("<int:pk>/cancel/", self.cancel, "cancel", asks),
            ("<int:pk>/continue/", self.resume, "continue", require_POST),
            ("<int:pk>/undo/", self.undo, "undo", asks),
        ]
        index = permission_required(self.right, raise_exception=True)(self.index)
        return [
            path("runs/", require_safe(index), name=self.named("s")),
            *(
                path(route, how(self.guard(page)), name=self.named(f"-{name}"))
                for route, page, name, how in pages
            ),
        ]

    def named(self, end: str = "") -> str:
        """The name of one of its addresses within its app."""
        return self.model.page_name(end).partition(":")[2]

    def guard(self, view):
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
            place = self.place_of(self.run(request, kwargs["pk"]))
            return HttpResponseClientRedirect(place) if request.htmx else redirect(place)

        return permission_required(self.right, raise_exception=True)(guarded)

    # ---- What views ask ---------------------------------------------------------------------------

    def run(self, request, pk: int) -> FileImport:
        """An import of the request's organisation, or 404 (TRUST I12)."""
        found = self.model.objects.select_related("job", "actor").filter(organisation=request.organisation)
        run = runs.settle(get_object_or_404(found, pk=pk))
        run.organisation = request.organisation
        return run

    def seen_run(self, request, pk: int) -> FileImport:
        """The import for a change that a page has posted. Raises `NotPossible` when the page is old: what it
        shows (field `job`) has been read or checked anew since, so its columns and figures are others."""
        run = self.run(request, pk)
        if request.POST.get("job", str(run.job_id)) != str(run.job_id):
            raise NotPossible
        return run

    def view(self, request, run: FileImport) -> RunView:
        return self.view_class(run, formats_for(request.organisation))

    @staticmethod
    def place_of(run: FileImport) -> str:
        """The address of the page where the import stands."""
        return run.pages[phase_of(run).page]

    @property
    def start_url(self) -> str:
        return reverse(self.model.page_name())

    @property
    def list_url(self) -> str:
        return reverse(self.model.page_name("s"))

    @property
    def parent_url(self) -> str:
        return reverse(self.parent[1])

    def render(self, request, template: str, step: int, context: dict, *, status: int = 200):
        """A page of the import at a step; templates/imports/_frame.html names the inputs."""
        context = {"steps": STEPS.items(), "step": step, "imports": self, **context}
        return render(request, template, context, status=status)

    # ---- Pages ------------------------------------------------------------------------------------

    def show(self, request, pk: int):
        """Progress while a worker is at it, then the result; a step that waits for a person has its own page.

        htmx asks again and again for the figures of an import that runs; at its end the page loads anew.
        """
        run = self.run(request, pk)
        view = self.view(request, run)
        if request.htmx:
            return self._stages(request, view)
        place = self.place_of(run)
        if place != request.path:
            if run.job and run.job.status == Job.Status.FAILED:
                toast(request, run.job.error, tone="bad")
            return redirect(place)
        response = self.render(request, "imports/run.html", view.phase.step, {"run": run, "view": view})
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _stages(self, request, view: RunView) -> HttpResponse:
        if view.phase is not RUNNING:
            return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
        return render(request, f"{self.templates}/_run_stages.html", {"view": view})

    def read_again(self, request, pk: int):
        """Read a file once more that could not be read; what was said about it by hand is forgotten."""
        run = self.run(request, pk)
        require_allowed(run, "again")
        keeps = run.kind == FileImport.Kind.PASTED or not run.problem
        options = TableOptions(**run.options) if keeps else TableOptions()
        runs.read_again(run, options, actor=request.user)
        return redirect(run.pages["run"])

    def discard(self, request, pk: int):
        """Throw the file away and begin with another one."""
        runs.discard(self.seen_run(request, pk))
        toast(request, _("The file is discarded."))
        return redirect(self.start_url)

    def resume(self, request, pk: int):
        """Take in what is left of an import that was stopped."""
        run = self.run(request, pk)
        if not self.view(request, run).may_continue:
            raise NotPossible
        self.check_start(request, run)
        runs.start_import(run, actor=request.user)
        return redirect(run.pages["run"])

    def check_start(self, request, run: FileImport) -> None:
        """Raises ValidationError where this person may not have these rows taken in."""

    def cancel(self, request, pk: int):
        """Ask, then stop an import that runs; what is in stays in."""
        run = self.run(request, pk)
        require_allowed(run, "cancel")
        if request.method != "POST":
            return self._ask(request, run, _("Stop the import?"), "cancel")
        runs.cancel(run, actor=request.user)
        toast(request, _("The import is being stopped. What is in stays in."))
        return redirect(run.pages["run"])

    def undo(self, request, pk: int):
        """Ask, then take the import back."""
        run = self.run(request, pk)
        if not self.view(request, run).may_undo:
            raise NotPossible
        if request.method != "POST":
            return self._ask(request, run, _("Undo this import?"), "undo")
        runs.start_undo(run, actor=request.user)
        return redirect(run.pages["run"])

    def _ask(self, request, run: FileImport, title: str, name: str) -> HttpResponse:
        return dialog(
            request,
            title=title,
            action=run.pages[name],
            method="post",
            fields=f"{self.templates}/_run_{name}_text.html",
            foot=f"imports/_{name}_foot.html",
            run=run,
            view=self.view(request, run),
        )

    def index(self, request):
        """The imports of the organisation, newest first."""
        found = self.model.objects.filter(organisation=request.organisation).select_related("job", "actor")
        before = whole_number(request.GET.get("before"), None)
        if before is not None:
            found = found.filter(pk__lt=before)
        page = list(found.order_by("-pk")[: PER_PAGE + 1])
        context = {
            "rows": [self.view(request, runs.settle(run)) for run in page[:PER_PAGE]],
            "older": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
            "is_first": before is None,
        }
        return self.render(request, "imports/runs.html", 0, context)


def require_allowed(run: FileImport, name: str) -> None:
    """Raises `NotPossible` where the phase of the import does not allow this; see `Phase.allows`."""
    if name not in phase_of(run).allows:
        raise NotPossible
