"""Heartbeats, short tasks and what dead workers leave of them, and what is due every hour."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from backoffice.core.mail import deliver
from backoffice.jobs import caretaking, running, worker
from backoffice.jobs.caretaking import beat, clear_finished_tasks, run_periodic, sign_off, start_due_tasks
from backoffice.jobs.health import worker_is_running
from backoffice.jobs.models import Job, WorkerHeartbeat
from backoffice.jobs.running import claim
from backoffice.jobs.services import recover_jobs, run_job
from tests.jobs.conftest import fresh, let_lapse

pytestmark = pytest.mark.django_db
calls = []


def note_call():
    calls.append("called")


def away(*args):
    raise OperationalError("away")


def in_future(**distance):
    return time_machine.travel(timezone.now() + timedelta(**distance), tick=False)


@pytest.fixture
def queued_mail():
    """A mail that waits in the queue, as its row."""
    return Job.objects.get(pk=deliver.enqueue("SGVsbG8=", "a@example.org", ["b@example.org"], 1).id)


def let_die(row) -> None:
    """A worker claims the row and is killed."""
    claim(row.pk)
    let_lapse(row)


def test_a_worker_is_there_while_it_beats():
    assert not worker_is_running()
    beat("one")
    beat("one")
    assert worker_is_running() and WorkerHeartbeat.objects.count() == 1

    with in_future(seconds=31):
        assert not worker_is_running()


def test_signing_off_and_long_silence_leave_no_row():
    beat("one")
    beat("two")
    sign_off("two")
    assert [row.worker_id for row in WorkerHeartbeat.objects.all()] == ["one"]

    with in_future(hours=2):
        beat("three")
    assert [row.worker_id for row in WorkerHeartbeat.objects.all()] == ["three"]


def test_a_mail_of_a_dead_worker_goes_back_into_the_queue_after_a_minute(queued_mail):
    claim(queued_mail.pk)
    with in_future(seconds=59):
        assert recover_jobs() == 0
    with in_future(seconds=61):
        assert (recover_jobs(), recover_jobs()) == (1, 0)

    assert fresh(queued_mail).status == "queued"


def test_a_mail_that_kills_its_workers_ends_as_failed(queued_mail):
    for _ in range(3):
        let_die(queued_mail)
        recover_jobs()

    assert (fresh(queued_mail).status, fresh(queued_mail).error) == ("failed", "LeaseLost")
    assert claim(queued_mail.pk) is None


def test_what_a_living_worker_holds_is_left_alone(queued_mail, idle_worker):
    idle_worker.tasks.held = claim(queued_mail.pk)
    let_lapse(queued_mail)

    worker.Caretaker(idle_worker)._round()

    assert (fresh(queued_mail).status, fresh(queued_mail).attempts) == ("running", 1)
    assert fresh(queued_mail).leased_until > timezone.now() + timedelta(seconds=55)


def test_what_was_picked_up_just_now_is_left_alone(queued_mail):
    claim(queued_mail.pk)

    assert recover_jobs() == 0


def test_a_worker_lets_go_of_what_it_could_not_store(queued_mail, idle_worker, monkeypatch):
    monkeypatch.setattr(worker, "carry_out", away)

    with pytest.raises(OperationalError):
        idle_worker.run_next()
    let_lapse(queued_mail)
    worker.Caretaker(idle_worker)._round()

    assert fresh(queued_mail).status == "queued"


def test_a_mail_is_done_and_seen_on_no_page(queued_mail, client, manager):
    run_job(queued_mail.pk)

    client.force_login(manager)
    assert (fresh(queued_mail).status, len(mail.outbox)) == ("done", 1)
    assert "No job yet" in client.get("/jobs/").content.decode()
    assert client.get(f"/jobs/{queued_mail.pk}/progress/").status_code == 404


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Job.objects.ready()[:1], "job_due"),
        (lambda: Job.objects.lapsed(), "job_leased"),
        (lambda: Job.objects.filter(organisation=None, finished_at__lt=timezone.now()), "job_old_task"),
    ],
)
def test_workers_look_at_what_they_want_and_not_at_all_that_is_over(queued_mail, rows, index):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # one row is scanned whatever the index
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    assert index in rows().explain()


def test_no_organisation_sees_no_task(queued_mail):
    assert not Job.objects.of(None).exists()


def test_finished_tasks_go_after_a_week_and_jobs_stay(queued_mail, make_job):
    job, waiting = make_job(rows=1), deliver.enqueue("", "a@example.org", [], 1)
    for row in (queued_mail, job):
        run_job(row.pk)

    with in_future(days=6):
        clear_finished_tasks()
    assert Job.objects.count() == 3
    with in_future(days=8):
        clear_finished_tasks()

    assert {str(pk) for pk in Job.objects.values_list("pk", flat=True)} == {str(job.pk), waiting.id}


def test_what_is_due_runs_once_an_hour_on_one_worker(settings):
    settings.PERIODIC_TASKS = {"tests.jobs.test_caretaking.note_call": 3600}
    start_due_tasks()
    start_due_tasks()
    assert Job.objects.ready().count() == 1

    with in_future(minutes=61):
        start_due_tasks()
        start_due_tasks()
    assert Job.objects.count() == 2


def test_a_due_function_is_called(settings):
    calls.clear()

    run_periodic.call("tests.jobs.test_caretaking.note_call")

    assert calls == ["called"] and mail.outbox == []


@pytest.fixture
def idle_worker(monkeypatch):
    """A worker inside this process that sleeps no second."""
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(worker.connection, "close", lambda: None)  # the test's own
    return worker.Worker()


def test_a_caretaker_outlives_a_database_that_is_away(idle_worker, monkeypatch):
    caretaker = worker.Caretaker(idle_worker)
    with monkeypatch.context() as patch:
        patch.setattr(caretaking, "beat", away)
        caretaker._round()
    assert not worker_is_running()

    caretaker._round()

    assert worker_is_running()


def test_a_worker_outlives_a_database_that_is_away(queued_mail, idle_worker, monkeypatch, stop_requested):
    running.stop_requested.clear()
    faults = [OperationalError("away"), InterfaceError("still away")]

    def claim_next(ready):
        if faults:
            raise faults.pop()
        running.stop_requested.set()
        return claim(queued_mail.pk)

    monkeypatch.setattr(worker, "claim_next", claim_next)

    idle_worker.tasks.run()

    assert faults == [] and fresh(queued_mail).status == "done"
