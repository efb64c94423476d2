"""Start, cancel, do and recover long work.

A job is a row (what people see) and a task of the task queue (what a worker picks up), written
together. The row decides: a task that finds its job taken or finished does nothing.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks.utils import get_module_path
from django_tasks_db.models import DBTaskResult
from structlog.contextvars import bound_contextvars

from backoffice.audit.services import audit
from backoffice.jobs.kinds import handler_of
from backoffice.jobs.models import Job
from backoffice.jobs.running import JobCancelled, JobFailed, JobPaused, LeaseLost, RunningJob, claim

JOB_PRIORITY = -10  # mail and other short tasks go first
logger = structlog.get_logger(__name__)


@task(priority=JOB_PRIORITY)
def carry_out(job_id: int) -> None:
    """What the task queue runs."""
    run_job(job_id)


@transaction.atomic
def enqueue(
    *, kind: str, organisation, actor, title: str, url: str = "", params: dict | None = None, total_count=None
) -> Job:
    """Store a job and its task in one transaction; a worker begins it within a second.

    `kind` is a key of JOB_HANDLERS (KeyError otherwise), `title` what people see, `url` the page
    to open, `params` JSON for the handler, `total_count` rows if known. Without `actor` the
    system did it.
    """
    handler_of(kind)
    job = Job.objects.create(
        organisation=organisation,
        actor=actor,
        kind=kind,
        title=title[: Job._meta.get_field("title").max_length],
        url=url,
        params=params or {},
        total_count=total_count,
    )
    _add_task(job)
    return job


@transaction.atomic
def request_cancel(job: Job, *, actor) -> None:
    """Cancel a job that nobody works on at once, a running one at its next progress.

    A finished job stays as it is. What earlier chunks wrote stays in any case.
    """
    rows = Job.objects.filter(pk=job.pk, cancel_requested=False)
    ended = {"status": Job.Status.CANCELLED, "finished_at": timezone.now(), "leased_until": None}
    idle = rows & Job.objects.claimable()
    if not idle.update(cancel_requested=True, **ended) and not rows.active().update(cancel_requested=True):
        return
    job.refresh_from_db()
    audit(action="job.cancel_requested", subject=job, actor=actor, kind=job.kind)


def run_job(job_id: int) -> None:
    """Claim a job, call its handler, and store how it ended.

    Does nothing for a job that is finished, missing or held by another worker. When the database
    goes away the job stays as it is: its lease runs out and `recover_jobs` brings it back.
    """
    running = claim(job_id)
    if running is None:
        return
    job = running.job
    language = job.actor.language if job.actor else job.organisation.language
    names = {"job_id": job.pk, "job_kind": job.kind, "organisation_id": job.organisation_id}
    # what a handler says is read by the person who started it
    with bound_contextvars(**names), translation.override(language), timezone.override(job.organisation.tz):
        _work(running)


def _work(running: RunningJob) -> None:
    try:
        if running.job.cancel_requested:
            raise JobCancelled
        handler_of(running.job.kind)(running)
    except LeaseLost:
        logger.warning("job_lease_lost")
    except JobPaused:
        _pause(running)
    except JobCancelled:
        _finish(running, Job.Status.CANCELLED)
    except JobFailed as error:
        _finish(running, Job.Status.FAILED, error=str(error))
    except (OperationalError, InterfaceError) as error:
        logger.warning("job_interrupted", exc_info=error)
    except Exception as error:
        logger.error("job_failed", exc_info=error)
        _finish(running, Job.Status.FAILED, error=_fault())
    else:
        _finish(running, Job.Status.DONE)


def _fault() -> str:
    return _("Something unexpected went wrong. What was already done is kept, nothing is lost. Try again.")


def _stalled() -> str:
    return _(
        "The work stopped several times at the same point and was ended. What was already done is kept. "
        "Try again; if it ends here once more, the file may be too large for this machine."
    )


def _finish(running: RunningJob, status: str, *, error: str = "") -> None:
    if running.let_go(status=status, error=error, finished_at=timezone.now()):
        logger.info("job_finished", status=str(status), rows=running.job.done_count)


@transaction.atomic
def _pause(running: RunningJob) -> None:
    """Back into the queue behind what waits; a pause in good order counts as no stall."""
    if running.let_go(status=Job.Status.QUEUED, stalled_attempts=0):
        _add_task(running.job)


def recover_jobs() -> int:
    """Bring back what a dead worker or a lost task left behind; return how many jobs it changed.

    A running job whose lease has lapsed goes back into the queue, or fails after
    JOB_MAX_STALLED_ATTEMPTS claims without progress. A waiting job whose task is gone gets a new
    one. Any number of workers may call it at the same time.
    """
    lapsed = Job.objects.lapsed().select_related("organisation", "actor")
    return sum(_take_back(job) for job in lapsed) + sum(_renew_task(job) for job in _without_task())


@transaction.atomic
def _take_back(job: Job) -> bool:
    changes = {"status": Job.Status.QUEUED, "leased_until": None}
    if job.stalled_attempts >= settings.JOB_MAX_STALLED_ATTEMPTS:
        with translation.override(job.actor.language if job.actor else job.organisation.language):
            error = _stalled()
        changes |= {"status": Job.Status.FAILED, "error": error, "finished_at": timezone.now()}
    if not Job.objects.lapsed().filter(pk=job.pk, attempts=job.attempts).update(**changes):
        return False
    logger.warning("job_taken_back", job_id=job.pk, job_kind=job.kind, status=str(changes["status"]))
    _end_task(job)
    if changes["status"] == Job.Status.QUEUED:
        _add_task(job)
    return True


def _without_task():
    """Waiting jobs that no worker will ever see: the task is missing, over, or died before its claim."""
    mine = DBTaskResult.objects.filter(pk=OuterRef("task_id"))
    patience = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    begun = mine.filter(status=TaskResultStatus.RUNNING, started_at__gt=timezone.now() - patience)
    waiting = mine.filter(status=TaskResultStatus.READY)
    return Job.objects.filter(~Exists(waiting), ~Exists(begun), status=Job.Status.QUEUED)


@transaction.atomic
def _renew_task(job: Job) -> bool:
    # taken as a lock: of two workers that look at once, the second finds another task
    unchanged = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED, task_id=job.task_id)
    if not unchanged.update(status=Job.Status.QUEUED):
        return False
    logger.warning("job_task_renewed", job_id=job.pk, job_kind=job.kind)
    _end_task(job)
    _add_task(job)
    return True


def _add_task(job: Job) -> None:
    """With `run_after` tasks of one priority run in the order of arrival."""
    result = carry_out.using(run_after=timezone.now()).enqueue(job.pk)
    job.task_id = result.id
    Job.objects.filter(pk=job.pk).update(task_id=result.id)


def _end_task(job: Job) -> None:
    """The task queue itself leaves a killed task running for ever."""
    DBTaskResult.objects.filter(pk=job.task_id, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        exception_class_path=get_module_path(LeaseLost),
    )
