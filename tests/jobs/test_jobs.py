"""What holds for every job: one row, claimed once, whole chunks, a lease."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.core.mail import deliver
from backoffice.jobs import running, services
from backoffice.jobs.models import Job
from backoffice.jobs.running import claim
from backoffice.jobs.services import (
    LeaseLost,
    enqueue,
    recover_jobs,
    run_job,
)
from tests.core.test_operation import CANARY, log_lines  # noqa: F401
from tests.jobs.conftest import fresh, let_lapse
from tests.jobs.toys import written

pytestmark = pytest.mark.django_db


def test_a_job_runs_to_its_end(make_job):
    job = make_job(rows=25)

    run_job(job.pk)

    job.refresh_from_db()
    assert written(job.organisation) == list(range(25))
    assert (job.status, job.done_count, job.total_count, job.counts) == ("done", 25, 25, {"new": 25})
    assert job.is_finished and job.started_at and job.finished_at and job.leased_until is None


def test_a_job_appears_with_the_change_that_started_it_or_not_at_all(make_job):
    with pytest.raises(RuntimeError), transaction.atomic():
        make_job()
        raise RuntimeError

    assert not Job.objects.exists()


def test_jobs_wait_behind_mail_and_in_the_order_of_arrival(make_job):
    jobs = [make_job() for _ in range(3)]
    mail = deliver.enqueue("SGVsbG8=", "a@example.org", ["b@example.org"], 1)

    waiting = [str(pk) for pk in Job.objects.ready().values_list("pk", flat=True)]

    assert waiting == [mail.id, *(str(job.pk) for job in jobs)]


def test_an_unknown_kind_is_refused_at_once(organisation):
    with pytest.raises(KeyError):
        enqueue(kind="toy.unknown", organisation=organisation, actor=None, title="x")


def test_a_finished_job_is_not_done_again(make_job):
    job = make_job(rows=5)
    run_job(job.pk)
    run_job(job.pk)

    assert written(job.organisation) == list(range(5))


def test_a_job_under_lease_is_left_alone(make_job):
    job = make_job()
    claim(job.pk)

    run_job(job.pk)

    assert written(job.organisation) == []
    assert (fresh(job).status, fresh(job).attempts) == ("running", 1)


def test_a_sentence_of_the_handler_reaches_people_and_finished_chunks_stay(make_job):
    job = make_job("toy.fault", how="sentence")

    run_job(job.pk)

    assert (fresh(job).status, fresh(job).error) == ("failed", "The file is empty.")
    assert written(job.organisation) == list(range(5))


@pytest.mark.parametrize("how", ["surprise", "constraint"])
def test_an_unexpected_fault_says_that_nothing_is_lost_and_logs_no_personal_data(
    make_job,
    how,
    log_lines,  # noqa: F811
):
    job = make_job("toy.fault", how=how)

    run_job(job.pk)

    line = next(line for line in log_lines() if line["event"] == "job_failed")
    assert fresh(job).status == "failed" and "nothing is lost" in fresh(job).error
    assert written(job.organisation) == list(range(5))
    assert line["job_id"] == job.pk and CANARY not in json.dumps(log_lines())


def test_faults_are_told_in_the_language_of_the_person(make_job, manager, monkeypatch):
    manager.language = "de"
    manager.save()
    job = make_job("toy.fault", how="surprise")
    monkeypatch.setattr(services, "_", lambda text: services.translation.get_language())

    run_job(job.pk)

    assert fresh(job).error == "de"


def test_a_database_that_goes_away_leaves_the_job_to_recovery(make_job):
    job = make_job("toy.fault", how="database")

    run_job(job.pk)

    assert (fresh(job).status, fresh(job).cursor) == ("running", 5)
    let_lapse(job)
    assert recover_jobs() == 1
    assert fresh(job).status == "queued"


# ---- Lease ----------------------------------------------------------------------------------------


def test_a_worker_that_lost_its_lease_writes_nothing_more(make_job):
    job = make_job()
    slow = claim(job.pk)
    let_lapse(job)
    quick = claim(job.pk)
    quick.advance(done=7)

    with pytest.raises(LeaseLost), transaction.atomic():
        AuditEntry.objects.create(
            organisation=job.organisation,
            action="toy.row",
            subject_type="toy",
            subject_id=1,
            occurred_at=job.created_at,
        )
        slow.advance(done=3)

    assert (fresh(job).done_count, fresh(job).attempts, written(job.organisation)) == (7, 2, [])


def test_a_worker_that_lost_its_lease_ends_silently(make_job, monkeypatch):
    job = make_job()

    def lose(handle):
        let_lapse(job)
        claim(job.pk)
        handle.advance(done=1)

    monkeypatch.setattr(services, "handler_of", lambda kind: lose)
    run_job(job.pk)

    assert (fresh(job).status, fresh(job).attempts) == ("running", 2)


def test_a_job_that_was_given_back_is_lost_to_the_old_worker(make_job):
    job = make_job()
    slow = claim(job.pk)
    let_lapse(job)
    recover_jobs()

    with pytest.raises(LeaseLost):
        slow.advance(done=3)


def test_progress_renews_the_lease(make_job):
    job = make_job()
    handle = claim(job.pk)
    let_lapse(job)

    handle.advance(done=3)

    assert fresh(job).leased_until > timezone.now() + timedelta(seconds=25)
    assert recover_jobs() == 0


def test_giving_way_renews_the_lease_while_no_chunk_is_written(make_job, monkeypatch):
    job = make_job()
    handle = claim(job.pk)
    let_lapse(job)
    monkeypatch.setattr(running.time, "monotonic", lambda: handle._renew_at + 1)

    handle.give_way()

    assert fresh(job).leased_until > timezone.now() + timedelta(seconds=25)
    assert fresh(job).stalled_attempts == 1  # it is alive, but has not come on


def test_a_step_that_cannot_report_has_a_longer_lease(make_job):
    job = make_job()
    handle = claim(job.pk)

    with handle.long_step():
        assert fresh(job).leased_until > timezone.now() + timedelta(seconds=175)

    assert fresh(job).leased_until < timezone.now() + timedelta(seconds=35)
    assert fresh(job).stalled_attempts == 1  # it is alive, but has not come on
