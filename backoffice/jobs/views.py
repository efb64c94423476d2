"""Running and past jobs of the organisation; one job's progress; cancelling it."""

from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.late_reads import note_change
from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.jobs.health import worker_is_running
from backoffice.jobs.models import Job
from backoffice.jobs.progress import Progress
from backoffice.jobs.services import request_cancel

PER_PAGE = 25
STOP_POLLING = 286  # htmx asks no more after this status


@require_safe
@permission_required("jobs.view_job", raise_exception=True)
def job_list(request):
    """Newest first; while one of them is active, htmx asks for the region below the head again."""
    formats = formats_for(request.organisation)
    cursor = _cursor(request.GET.get("after"))
    jobs, older = _page(Job.objects.of(request.organisation).select_related("actor"), cursor)
    context = {
        "rows": [Progress(job, formats) for job in jobs],
        "is_live": any(job.is_active for job in jobs),
        "worker_runs": worker_is_running(),
        "older": older,
        "is_first": cursor is None,
    }
    template = "jobs/_list_region.html" if request.htmx else "jobs/list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@permission_required("jobs.view_job", raise_exception=True)
def job_progress(request, pk: int):
    """The figures of one job for a page that asks every second; at the end that page is loaded anew."""
    job = get_job(request, pk)
    if not request.htmx:
        return redirect(job.url or "jobs:list")
    if job.is_finished:
        note_change(request)
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    progress = Progress(job, formats_for(request.organisation))
    is_news = request.GET.get("said") != progress.milestone
    return render(request, "components/_progress_figures.html", {"progress": progress, "is_news": is_news})


@require_POST
@permission_required("jobs.cancel_job", raise_exception=True)
def cancel_job(request, pk: int):
    job = get_job(request, pk)
    request_cancel(job, actor=request.user)
    if job.status == Job.Status.CANCELLED:
        toast(request, _("Cancelled. What was done until then stays."))
    elif job.is_active:
        toast(request, _("It is being cancelled. What is done until now stays."))
    else:
        toast(request, _("It was finished already."))
    return redirect(next_page(request, job.url or "/jobs/"))


def get_job(request, pk: int) -> Job:
    """A job of the request's organisation, or 404 (TRUST I12)."""
    return get_object_or_404(Job.objects.of(request.organisation), pk=pk)


def _page(jobs, cursor: Cursor | None) -> tuple[list[Job], str]:
    """One page of jobs, and the address part of the next one, empty on the last."""
    if cursor:
        jobs = beyond(jobs, "created_at", "id", cursor, descending=True)
    found = list(jobs.order_by("-created_at", "-id")[: PER_PAGE + 1])
    page = found[:PER_PAGE]
    is_last = len(found) <= PER_PAGE
    return page, "" if is_last else Cursor(page[-1].created_at, page[-1].pk).encode()


def _cursor(text: str | None) -> Cursor | None:
    """A place that does not exist begins at the newest job instead."""
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None
