"""Heartbeats, what dead workers leave in the task queue, and what is due every hour."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from backoffice.core.mail import deliver
from backoffice.jobs import caretaking, worker
from backoffice.jobs.caretaking import beat, end_orphaned_tasks, run_periodic, sign_off, start_due_tasks
from backoffice.jobs.health import worker_is_running
from backoffice.jobs.models import WorkerHeartbeat
from backoffice.jobs.services import carry_out

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
calls = []


def note_call():
    calls.append("called")


def in_future(**distance):
    return time_machine.travel(timezone.now() + timedelta(**distance), tick=False)


@pytest.fixture
def queued_mail():
    """A mail that waits in the queue, as its row."""
    return DBTaskResult.objects.get(pk=deliver.enqueue("SGVsbG8=", "a@example.org", ["b@example.org"], 1).id)


def let_die(task, name="dead") -> None:
    """A worker claims the task and is killed."""
    task.claim(name)
    DBTaskResult.objects.filter(pk=task.pk).update(started_at=timezone.now() - 2 * MINUTE)
    task.refresh_from_db()


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


def test_a_mail_of_a_dead_worker_goes_back_into_the_queue(queued_mail):
    let_die(queued_mail)

    assert (end_orphaned_tasks(), end_orphaned_tasks()) == (1, 0)

    queued_mail.refresh_from_db()
    assert queued_mail.status == "READY"


def test_a_mail_that_kills_its_workers_ends_as_failed(queued_mail):
    for number in range(3):
        let_die(queued_mail, f"dead {number}")
        end_orphaned_tasks()
        queued_mail.refresh_from_db()

    assert queued_mail.status == "FAILED"


def test_tasks_of_jobs_end_as_failed(make_job):
    task = DBTaskResult.objects.get(pk=make_job().task_id)
    let_die(task)

    end_orphaned_tasks()

    task.refresh_from_db()
    assert (task.status, task.task_path) == ("FAILED", carry_out.module_path)
    assert task.finished_at and task.task_result.errors[0].exception_class


def test_what_a_living_worker_holds_is_left_alone(queued_mail):
    let_die(queued_mail, "slow")
    beat("slow")

    assert end_orphaned_tasks() == 0


def test_what_was_picked_up_just_now_is_left_alone(queued_mail):
    queued_mail.claim("starting")

    assert end_orphaned_tasks() == 0


def test_what_is_due_runs_once_an_hour_on_one_worker(settings):
    settings.PERIODIC_TASKS = ["tests.jobs.test_caretaking.note_call"]
    start_due_tasks()
    start_due_tasks()
    assert DBTaskResult.objects.ready().count() == 1

    with in_future(minutes=61):
        start_due_tasks()
        start_due_tasks()
    assert DBTaskResult.objects.count() == 2


def test_a_due_function_is_called(settings):
    calls.clear()

    run_periodic.call("tests.jobs.test_caretaking.note_call")

    assert calls == ["called"] and mail.outbox == []


@pytest.fixture
def idle_worker(monkeypatch):
    """A worker inside this process that sleeps no second."""
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    return worker.TaskWorker()


def test_a_caretaker_outlives_a_database_that_is_away(idle_worker, monkeypatch):
    def away(worker_id):
        raise OperationalError("away")

    caretaker = worker.Caretaker(idle_worker)
    monkeypatch.setattr(worker.connection, "close", lambda: None)  # the test's own
    with monkeypatch.context() as patch:
        patch.setattr(caretaking, "beat", away)
        caretaker._round()
    assert not worker_is_running()

    caretaker._round()

    assert worker_is_running()


def test_a_worker_outlives_a_database_that_is_away_under_a_new_name(idle_worker, monkeypatch):
    name, faults = idle_worker.worker_id, [OperationalError("away"), OperationalError("still away")]

    def run(self):
        if faults:
            raise faults.pop()

    monkeypatch.setattr(worker.connection, "close", lambda: None)
    monkeypatch.setattr(worker.Worker, "run", run)

    idle_worker.run()

    assert faults == [] and idle_worker.worker_id != name
