"""Work in the hands of one worker: the claim, the lease, and what a handler may say."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from backoffice.jobs import watchdog
from backoffice.jobs.models import Job, JobQuerySet

LOOK_SECONDS = 1.0
LONG_STEP_LEASES = 6
TASK_LEASES = 2  # renewed by the caretaker, who may be held up himself
stop_requested = Event()  # set by the worker when its process was asked to end


class JobFailed(Exception):
    """Raised by a handler with a sentence for people; what earlier chunks wrote stays.

    `code` names the reason for programs that wait for the job.
    """

    def __init__(self, sentence: str = "", *, code: str = ""):
        super().__init__(sentence)
        self.code = code


class JobCancelled(Exception):
    """Somebody cancelled the job; raised by `advance`, so that the running chunk rolls back."""


class JobPaused(Exception):
    """The job goes back into the queue and continues from its cursor; raised by `give_way`."""


class LeaseLost(Exception):
    """Another worker has taken the job over; this one stops and writes nothing more."""


class RunningJob:
    """What a handler gets: the job's row (`job`) and the two ways to report.

    A handler reads `job.params` and continues from `job.cursor`, None at the start. It may be
    called again at any cursor it has reported, the last one included.
    """

    def __init__(self, job: Job):
        self.job = job
        self.listen: Callable[[int], None] | None = None
        self._has_advanced = False
        now = time.monotonic()
        self._slice_ends = now + settings.JOB_SLICE_SECONDS
        self._look_at = now
        self._renew_at = now + _renew_seconds()

    def advance(self, *, done: int, total: int | None = None, cursor=None, counts: dict | None = None):
        """Store how far it is; call it inside the transaction that writes a chunk.

        `done` and `total` are rows of the whole job, `cursor` (JSON) is where to continue, `counts`
        replaces what people see of the outcome so far; None leaves each as it is. Renews the lease.
        Raises `JobCancelled` or `LeaseLost`: let it through, and the chunk rolls back.
        """
        told = {"total_count": total, "cursor": cursor, "counts": counts}
        changes = {name: value for name, value in told.items() if value is not None}
        self._write(done_count=done, stalled_attempts=0, **changes)
        self._has_advanced = True
        if self.listen:
            self.listen(done)

    @contextmanager
    def long_step(self) -> Iterator[None]:
        """Around one step that cannot report, such as opening a large file: the lease is
        LONG_STEP_LEASES times as long, and a worker that dies in it is missed so much later. Raises
        like `advance`.
        """
        self._write(leased_until=lease_end(LONG_STEP_LEASES))
        yield
        self._write()

    def give_way(self) -> None:
        """Let others have a turn; call it between chunks, outside of transactions, as often as you like.

        Raises `JobPaused` when the worker was asked to end, or when the job has made progress, its
        slice is over and other work waits: let it through. Renews the lease now and then, so that a
        long stretch without a chunk does not look like a dead worker; raises then like `advance`.
        """
        if stop_requested.is_set():
            raise JobPaused
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + min(LOOK_SECONDS, _renew_seconds())
        if now >= self._renew_at:
            self._write()
        # without progress a pause would begin the same stretch anew, for ever
        if now >= self._slice_ends and self._has_advanced and Job.objects.ready().long().exists():
            raise JobPaused

    def keep(self) -> None:
        """Renew the lease of a short task, which cannot report; called beside it, by the caretaker."""
        self._mine().filter(status=Job.Status.RUNNING).update(leased_until=lease_end(TASK_LEASES))

    def let_go(self, **changes) -> bool:
        """Give the lease up with a new status; False when it was no longer ours."""
        changes["leased_until"] = None
        if not self._mine().filter(status=Job.Status.RUNNING).update(**changes):
            return False
        self._keep(changes)
        return True

    def _write(self, **changes) -> None:
        """One compare-and-set: the row changes only while the job is ours and wanted."""
        changes.setdefault("leased_until", lease_end())
        held = self._mine().filter(status=Job.Status.RUNNING, cancel_requested=False)
        if not held.update(**changes):
            raise self._reason()
        self._keep(changes)
        self._renew_at = time.monotonic() + _renew_seconds()
        watchdog.sign_of_life()

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts)

    def _reason(self) -> Exception:
        cancelled = self._mine().filter(cancel_requested=True).exists()
        return JobCancelled() if cancelled else LeaseLost()

    def _keep(self, changes: dict) -> None:
        for name, value in changes.items():
            setattr(self.job, name, value)


def claim_next(ready: JobQuerySet | None = None) -> RunningJob | None:
    """Take what is due next, of `ready` or of all; None when nothing is. Of several workers each gets work
    of its own."""
    ready = Job.objects.ready() if ready is None else ready
    while job_id := ready.values_list("pk", flat=True).first():
        if running := claim(job_id):
            return running
    return None


def claim(job_id: int) -> RunningJob | None:
    """Take work that waits, or whose worker is gone; None when there is nothing to take."""
    free = Job.objects.claimable().filter(pk=job_id)
    found = free.values_list("attempts", "organisation").first()
    if found is None:
        return None
    (attempts, organisation), now = found, timezone.now()
    won = free.filter(attempts=attempts).update(
        status=Job.Status.RUNNING,
        attempts=attempts + 1,
        stalled_attempts=F("stalled_attempts") + 1,
        leased_until=lease_end(1 if organisation else TASK_LEASES),
        claimed_at=now,
        claimed_count=F("done_count"),
        started_at=Coalesce("started_at", now),
    )
    # by the token as well: read a moment later, the row may already be another worker's
    mine = Job.objects.select_related("organisation", "actor").filter(pk=job_id, attempts=attempts + 1)
    job = mine.first() if won else None
    return RunningJob(job) if job else None


def lease_end(leases: int = 1) -> datetime:
    return timezone.now() + timedelta(seconds=leases * settings.JOB_LEASE_SECONDS)


def _renew_seconds() -> float:
    return settings.JOB_LEASE_SECONDS / 3
