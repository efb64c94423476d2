"""How jobs end before their last row: cancelled, paused, taken back from a worker that is gone."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.core.mail import deliver
from backoffice.jobs import running, services
from backoffice.jobs.models import Job
from backoffice.jobs.running import claim
from backoffice.jobs.services import (
    JobCancelled,
    JobPaused,
    recover_jobs,
    request_cancel,
    run_job,
)
from tests.core.test_operation import CANARY, log_lines  # noqa: F401
from tests.jobs.conftest import fresh, let_lapse
from tests.jobs.toys import written

pytestmark = pytest.mark.django_db


# ---- Cancel ---------------------------------------------------------------------------------------


def test_a_waiting_job_is_cancelled_at_once(make_job, manager):
    job = make_job()

    request_cancel(job, actor=manager)
    run_job(job.pk)

    assert (job.status, fresh(job).status, written(job.organisation)) == ("cancelled", "cancelled", [])
    entry = AuditEntry.objects.get(action="job.cancel_requested")
    assert (entry.subject_id, entry.actor) == (job.pk, manager)


def test_a_running_job_is_cancelled_at_its_next_progress_and_keeps_what_is_in(make_job, manager, monkeypatch):
    job = make_job(rows=30)
    real = running.RunningJob.give_way
    monkeypatch.setattr(
        running.RunningJob, "give_way", lambda self: (request_cancel(self.job, actor=manager), real(self))
    )

    run_job(job.pk)

    assert fresh(job).status == "cancelled"
    assert written(job.organisation) == list(range(10))


def test_cancelling_twice_or_too_late_changes_nothing(make_job, manager):
    job = make_job(rows=1)
    claim(job.pk)
    request_cancel(job, actor=manager)
    request_cancel(job, actor=manager)
    done = make_job(rows=1)
    run_job(done.pk)
    request_cancel(done, actor=manager)

    assert (fresh(job).status, fresh(job).cancel_requested, fresh(done).status) == ("running", True, "done")
    assert AuditEntry.objects.filter(action="job.cancel_requested").count() == 1


def test_a_job_whose_worker_is_gone_is_cancelled_at_once(make_job, manager):
    job = make_job()
    handle = claim(job.pk)
    let_lapse(job)

    request_cancel(job, actor=manager)

    assert job.status == "cancelled"
    with pytest.raises(JobCancelled):
        handle.advance(done=1)


@pytest.mark.parametrize("kind", ["toy.rows", "toy.nothing"])
def test_a_wish_to_cancel_survives_the_worker(make_job, manager, kind):
    job = make_job(kind)
    claim(job.pk)
    request_cancel(job, actor=manager)
    let_lapse(job)
    recover_jobs()

    run_job(job.pk)

    assert (fresh(job).status, written(job.organisation)) == ("cancelled", [])


# ---- Pause ----------------------------------------------------------------------------------------


def test_a_worker_that_is_asked_to_end_puts_the_job_back_and_it_continues(make_job, stop_requested):
    job = make_job(rows=25)

    run_job(job.pk)
    assert (fresh(job).status, fresh(job).cursor) == ("queued", 10)
    assert job in Job.objects.ready()
    running.stop_requested.clear()
    run_job(job.pk)

    assert (fresh(job).status, written(job.organisation)) == ("done", list(range(25)))


def test_a_long_job_gives_way_when_others_wait(make_job, settings, monkeypatch):
    settings.JOB_SLICE_SECONDS = 0
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    long, other = make_job(rows=30), make_job(rows=30)

    run_job(long.pk)

    assert (fresh(long).status, fresh(long).done_count) == ("queued", 10)
    assert list(Job.objects.ready()) == [other, long]


def test_a_long_job_gives_way_to_another(make_job, settings, monkeypatch):
    settings.JOB_SLICE_SECONDS = 0
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    long, other = make_job(rows=30), make_job(rows=30)

    run_job(long.pk)

    assert [job.pk for job in Job.objects.ready()] == [other.pk, long.pk]


def test_mail_makes_nobody_give_way(make_job, settings, monkeypatch):
    """It has a lane of its own."""
    settings.JOB_SLICE_SECONDS = 0
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    job = make_job(rows=30)
    deliver.enqueue("SGVsbG8=", "a@example.org", ["b@example.org"], 1)

    run_job(job.pk)

    assert fresh(job).status == "done"


def test_a_long_job_goes_on_when_nobody_waits(make_job, settings, monkeypatch):
    settings.JOB_SLICE_SECONDS = 0
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    job = make_job(rows=30)

    run_job(job.pk)

    assert fresh(job).status == "done"


def test_without_progress_it_does_not_give_way(make_job, settings, monkeypatch):
    settings.JOB_SLICE_SECONDS = 0
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    handle, _other = claim(make_job().pk), make_job()

    handle.give_way()
    handle.advance(done=1)

    with pytest.raises(JobPaused):
        handle.give_way()


def test_many_pauses_in_good_order_are_no_stall(make_job, stop_requested, monkeypatch):
    job = make_job()
    monkeypatch.setattr(services, "handler_of", lambda kind: running.RunningJob.give_way)

    for _ in range(6):
        run_job(job.pk)

    assert (fresh(job).status, fresh(job).attempts, fresh(job).stalled_attempts) == ("queued", 6, 0)


# ---- Recover --------------------------------------------------------------------------------------


def test_a_job_of_a_dead_worker_goes_back_into_the_queue(make_job):
    job = make_job()
    claim(job.pk)
    assert recover_jobs() == 0
    let_lapse(job)

    assert (recover_jobs(), recover_jobs()) == (1, 0)

    assert fresh(job).status == "queued" and list(Job.objects.ready()) == [job]


def test_a_job_that_kills_its_workers_ends_with_a_clear_error(make_job):
    job = make_job()
    for _ in range(3):
        claim(job.pk)
        let_lapse(job)
        recover_jobs()

    assert fresh(job).status == "failed" and "several times at the same point" in fresh(job).error
    assert fresh(job).finished_at and not claim(job.pk)


def test_progress_between_deaths_is_no_stall(make_job):
    job = make_job()
    for done in range(1, 6):
        claim(job.pk).advance(done=done)
        let_lapse(job)
        recover_jobs()

    assert fresh(job).status == "queued"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "running"}, "job_running_is_leased"),
        ({"leased_until": timezone.now()}, "job_running_is_leased"),
        ({"status": "done"}, "job_finished_has_end"),
        ({"finished_at": timezone.now()}, "job_finished_has_end"),
        ({"organisation": None}, "job_for_people_has_organisation"),
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(make_job, changes, name):
    job = make_job()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**changes)
