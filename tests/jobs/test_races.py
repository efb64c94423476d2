"""Workers at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

from contextlib import suppress
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from backoffice.jobs.models import Job
from backoffice.jobs.running import RunningJob, claim, claim_next
from backoffice.jobs.services import LeaseLost, recover_jobs
from tests.jobs.conftest import let_lapse
from tests.jobs.toys import CHUNK, write_chunk, written

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
WORKERS, ROWS = 4, 100


def in_parallel(call) -> list:
    """Let every worker make the same call at the same moment; return what they got."""
    results, barrier = [], Barrier(WORKERS)

    def run():
        try:
            connection.ensure_connection()
            barrier.wait(timeout=10)
            results.append(call())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def take_turns(job) -> None:
    """Claim and write chunks until the job is over, while the others take it away all the time."""
    while Job.objects.active().exists():
        handle = claim(job.pk)
        if handle:
            with suppress(LeaseLost):
                write_on(handle)


def write_on(handle) -> None:
    while (start := handle.job.cursor or 0) < ROWS:
        with transaction.atomic():
            write_chunk(handle.job, start, start + CHUNK)
            handle.advance(done=start + CHUNK, cursor=start + CHUNK)
    handle.let_go(status=Job.Status.DONE, finished_at=timezone.now())


def test_without_the_comparison_workers_write_twice(make_job, settings, monkeypatch):
    settings.JOB_LEASE_SECONDS = 0  # every lease has lapsed at once
    monkeypatch.setattr(RunningJob, "_mine", lambda self: Job.objects.filter(pk=self.job.pk))
    job = make_job()

    in_parallel(lambda: take_turns(job))

    assert len(written(job.organisation)) > ROWS


def test_workers_that_take_a_job_from_each_other_write_each_row_once(make_job, settings):
    settings.JOB_LEASE_SECONDS = 0
    job = make_job()

    in_parallel(lambda: take_turns(job))

    job.refresh_from_db()
    assert (job.status, written(job.organisation)) == ("done", list(range(ROWS)))
    assert job.attempts > WORKERS


def test_a_waiting_job_is_claimed_by_one_worker(make_job):
    job = make_job()

    handles = in_parallel(lambda: claim(job.pk))

    assert sum(handle is not None for handle in handles) == 1
    assert Job.objects.get().attempts == 1


def test_a_dead_worker_is_noticed_by_one_other(make_job):
    job = make_job()
    claim(job.pk)
    let_lapse(job)

    assert sum(in_parallel(recover_jobs)) == 1


def test_each_worker_takes_work_of_its_own(make_job):
    jobs = [make_job() for _ in range(WORKERS - 1)]

    taken = in_parallel(claim_next)

    assert sorted(handle.job.pk for handle in taken if handle) == [job.pk for job in jobs]
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
