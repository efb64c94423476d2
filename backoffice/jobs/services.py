"""Start, cancel, do and recover background work."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from structlog.contextvars import bound_contextvars

from backoffice.audit.services import audit
from backoffice.core.files.storage import StorageAway
from backoffice.core.full_disk import is_disk_full
from backoffice.jobs.backend import call_task
from backoffice.jobs.kinds import handler_of
from backoffice.jobs.models import Job
from backoffice.jobs.running import JobCancelled, JobFailed, JobPaused, LeaseLost, RunningJob, claim

STORAGE_AWAY = timedelta(seconds=20)  # so long work waits for a store of files that did not answer
logger = structlog.get_logger(__name__)


def enqueue(
    *, kind: str, organisation, actor, title: str, url: str = "", params: dict | None = None, total_count=None
) -> Job:
    """Put a long job into the queue; a worker begins it within a second.

    `kind` is a key of JOB_HANDLERS (KeyError otherwise), `title` what people see, `url` the page
    to open, `params` JSON for the handler, `total_count` rows if known. Without `actor` the
    system did it.
    """
    handler_of(kind)
    return Job.objects.create(
        organisation=organisation,
        actor=actor,
        kind=kind,
        title=title[: Job._meta.get_field("title").max_length],
        url=url,
        params=params or {},
        total_count=total_count,
    )


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


def run_job(job_id: int, *, listen: Callable[[int], None] | None = None) -> JobFailed | None:
    """Claim a job and do it; does nothing when it is finished, missing or held by another worker.

    `listen` is told how many rows are done whenever the job reports them.
    """
    running = claim(job_id)
    if running is None:
        return None
    running.listen = listen
    return carry_out(running)


def carry_out(running: RunningJob) -> JobFailed | None:
    """Do what was claimed, and store how it ended; returns the failure that its handler told of, if any.

    When the database goes away the row stays as it is: its lease runs out and `recover_jobs` brings
    it back.
    """
    job = running.job
    names = {"job_id": job.pk, "job_kind": job.kind, "organisation_id": job.organisation_id}
    zone = job.organisation and job.organisation.tz
    # what a handler says is read by the person who started the job
    with bound_contextvars(**names), translation.override(_language(job)), timezone.override(zone):
        return _work(running)


def _language(job: Job) -> str:
    """That of the person who started it, else the one it was started in, else the organisation's."""
    if job.actor:
        return job.actor.language
    organisation = job.organisation and job.organisation.language
    return job.params.get("language") or organisation or settings.LANGUAGE_CODE


def _work(running: RunningJob) -> JobFailed | None:
    job = running.job
    try:
        if job.cancel_requested:
            raise JobCancelled
        call_task(job) if job.is_task else handler_of(job.kind)(running)
    except LeaseLost:
        logger.warning("job_lease_lost")
    except JobPaused:
        # behind what waits; a pause in good order counts as no stall
        running.let_go(status=Job.Status.QUEUED, stalled_attempts=0, due_at=timezone.now())
    except JobCancelled:
        _finish(running, Job.Status.CANCELLED)
    except JobFailed as error:
        _finish(running, Job.Status.FAILED, error=str(error))
        return error
    except Exception as error:
        _meet(error, running)
    else:
        _finish(running, Job.Status.DONE)
    return None


def _meet(error: Exception, running: RunningJob) -> None:
    """What no handler foresees. Work waits for a store of files that is away. A task that met a full disk or
    no database is tried again, a mail is not lost by it; of a full disk a person is told, who may then make
    room."""
    job, has_room = running.job, not is_disk_full(error)
    if isinstance(error, StorageAway):
        logger.warning("job_without_storage", exc_info=error)
        again_at = timezone.now() + STORAGE_AWAY
        running.let_go(status=Job.Status.QUEUED, stalled_attempts=0, due_at=again_at)
        return
    if isinstance(error, (OperationalError, InterfaceError)) and (has_room or job.is_task):
        logger.warning("job_interrupted", exc_info=error)
        return
    logger.error("job_failed" if has_room else "disk_full", exc_info=error)
    words = _fault() if has_room else _no_room()
    _finish(running, Job.Status.FAILED, error=type(error).__name__ if job.is_task else words)


def abandon(job: Job) -> None:
    """End a job whose worker is this process, which stops in the middle: somebody pressed Ctrl-C."""
    ended = {"status": Job.Status.CANCELLED, "finished_at": timezone.now(), "leased_until": None}
    Job.objects.active().filter(pk=job.pk).update(**ended)


def _fault() -> str:
    return _("Something unexpected went wrong. What was already done is kept, nothing is lost. Try again.")


def _no_room() -> str:
    return _(
        "The disk of this installation is full. Your file is kept and nothing is wrong with it. Tell whoever "
        "looks after your installation, and go on here when there is room."
    )


def _stalled(job: Job) -> str:
    if job.is_task:
        return LeaseLost.__name__
    with translation.override(_language(job)):
        return _(
            "The work stopped several times at the same point and was ended. What was already done is kept. "
            "Try again; if it ends here once more, the file may be too large for this machine."
        )


def _finish(running: RunningJob, status: str, *, error: str = "") -> None:
    if running.let_go(status=status, error=error, finished_at=timezone.now(), **_forgotten(running.job)):
        logger.info("job_finished", status=str(status), rows=running.job.done_count)


def _forgotten(job: Job) -> dict:
    """A short task that is over is a trace of work, and no longer a letter with a name and a link in it."""
    return {"params": {}} if job.is_task else {}


def recover_jobs() -> int:
    """Bring back what a dead worker left behind; return how many rows it changed.

    What has a lapsed lease goes back into the queue, or fails after JOB_MAX_STALLED_ATTEMPTS claims
    without progress: it may be what kills its workers. Nobody can know whether a mail server had taken
    the mail of a dead worker; a second copy, with the same Message-ID, is better than an invitation that
    never comes. Any number of workers may call this at the same time.
    """
    lapsed = Job.objects.lapsed().select_related("organisation", "actor")
    return sum(_take_back(job) for job in lapsed)


def _take_back(job: Job) -> bool:
    changes = {"status": Job.Status.QUEUED, "leased_until": None, "due_at": timezone.now()}
    if job.stalled_attempts >= settings.JOB_MAX_STALLED_ATTEMPTS:
        changes |= {"status": Job.Status.FAILED, "error": _stalled(job), "finished_at": timezone.now()}
        changes |= _forgotten(job)
    if not Job.objects.lapsed().filter(pk=job.pk, attempts=job.attempts).update(**changes):
        return False
    logger.warning("job_taken_back", job_id=job.pk, job_kind=job.kind, status=str(changes["status"]))
    return True
