"""The django-tasks API in front of our queue: `@task()` and `.enqueue()` store a short task as a row."""

import json

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskContext, TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from backoffice.core.sealing import Seal

_seal = Seal("backoffice.jobs")  # letters with names and links to passwords are among the arguments


class QueueBackend(BaseTaskBackend):
    """Stores tasks in the running transaction: a change that is rolled back leaves none behind.

    A task is done at least once: one whose worker died is done again, JOB_MAX_STALLED_ATTEMPTS times in
    all. Results are not kept for the caller.
    """

    supports_defer = True
    supports_priority = True
    supports_async_task = True

    def enqueue(self, task: Task, args, kwargs) -> TaskResult:
        from backoffice.jobs.models import Job  # tasks are declared before the models are ready

        self.validate_task(task)
        job = Job.objects.create(
            kind=task.module_path,
            params={"sealed": _seal.close(json.dumps(normalize_json({"args": args, "kwargs": kwargs})))},
            priority=task.priority,
            due_at=task.run_after or timezone.now(),
        )
        return _result_of(job, task)


def call_task(job) -> None:
    """Call the function of a short task. Raises whatever that raises."""
    task = import_string(job.kind)
    if not isinstance(task, Task):
        raise TypeError(f"{job.kind} is no task")
    context = [TaskContext(task_result=_result_of(job, task))] if task.takes_context else []
    given = arguments_of(job)
    task.call(*context, *given["args"], **given["kwargs"])


def arguments_of(job) -> dict:
    """`args` and `kwargs` of a short task. Those of versions up to 0.4 lie open. Raises `Unreadable`."""
    return json.loads(_seal.open(job.params["sealed"])) if "sealed" in job.params else job.params


def _result_of(job, task: Task) -> TaskResult:
    return TaskResult(
        task=task,
        id=str(job.pk),
        status=TaskResultStatus.RUNNING if job.attempts else TaskResultStatus.READY,
        enqueued_at=job.created_at,
        started_at=job.started_at,
        last_attempted_at=job.claimed_at,
        finished_at=None,
        backend=task.backend,
        errors=[],
        worker_ids=[""] * job.attempts,  # how often it was begun is known, not by whom
        **arguments_of(job),
    )
