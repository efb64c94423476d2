"""The django-tasks API in front of the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus, task, task_backends
from django_tasks.exceptions import InvalidTaskError

from backoffice.jobs.backend import QueueBackend
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from tests.jobs.conftest import fresh, let_lapse

pytestmark = pytest.mark.django_db
calls = []


@task(priority=5)
def note(*args, **kwargs):
    calls.append((args, kwargs))


@task(takes_context=True)
async def note_context(context, word):
    calls.append((context.attempt, word))


@task()
def fail():
    raise ValueError("canary-7731@example.org")


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def row_of(result) -> Job:
    return Job.objects.get(pk=result.id)


def test_settings_name_the_backend(settings):
    assert isinstance(task_backends["default"], QueueBackend)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

    note.using(priority=0).enqueue(1)

    assert calls == [((1,), {})] and not Job.objects.exists()


def test_a_task_waits_as_a_row_and_is_called_with_its_arguments():
    result = note.enqueue(1, "two", three=[3])
    assert (result.status, calls) == (TaskResultStatus.READY, [])
    assert (row_of(result).priority, row_of(result).is_task) == (5, True)

    run_job(row_of(result).pk)

    assert calls == [((1, "two"), {"three": [3]})]
    assert row_of(result).status == "done"


def test_a_task_is_not_begun_before_its_time():
    early, late = note.enqueue(), note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue()

    assert list(Job.objects.ready()) == [row_of(early)]
    assert row_of(late).due_at > timezone.now()


def test_a_coroutine_hears_how_often_it_was_begun():
    result = note_context.enqueue("again")
    Job.objects.filter(pk=result.id).update(status="running", attempts=1, leased_until=timezone.now())
    let_lapse(row_of(result))

    run_job(row_of(result).pk)

    assert calls == [(2, "again")]


def test_a_task_that_fails_keeps_the_name_of_the_fault_and_not_its_words():
    row = row_of(fail.enqueue())

    run_job(row.pk)

    assert (fresh(row).status, fresh(row).error) == ("failed", "ValueError")


def test_a_path_that_is_no_task_is_not_called():
    row = row_of(note.enqueue())
    Job.objects.filter(pk=row.pk).update(kind="os.getcwd")

    run_job(row.pk)

    assert (fresh(row).status, fresh(row).error) == ("failed", "TypeError")


def test_what_the_api_forbids_is_refused():
    with pytest.raises(InvalidTaskError):
        note.using(priority=101).enqueue()
    with pytest.raises(TypeError):
        note.enqueue(timezone.now())

    assert not Job.objects.exists()
