"""What a worker does beside its tasks: be seen, end what dead workers left, start what is due."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks.utils import get_module_path
from django_tasks_db.models import DBTaskResult

from backoffice.core.mail import deliver
from backoffice.jobs.models import PeriodicRun, WorkerHeartbeat
from backoffice.jobs.running import LeaseLost

DEAD_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
PERIOD = timedelta(hours=1)
MAIL_CLAIMS = 3
logger = structlog.get_logger(__name__)


def beat(worker_id: str) -> None:
    """Say that this worker is alive, and forget those that have been silent for long."""
    now = timezone.now()
    WorkerHeartbeat.objects.bulk_create(
        [WorkerHeartbeat(worker_id=worker_id, seen_at=now)],
        update_conflicts=True,
        unique_fields=["worker_id"],
        update_fields=["seen_at"],
    )
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off(worker_id: str) -> None:
    """A worker that ends in good order is missed at once."""
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def end_orphaned_tasks() -> int:
    """End the tasks of workers that died; return how many. The queue leaves them running for ever.

    A mail goes back into the queue: nobody can know whether the mail server had taken it, and a
    second copy, with the same Message-ID, is better than an invitation that never comes. After
    `MAIL_CLAIMS` dead workers it ends as failed, for it may be what kills them. Jobs come back by
    their lease, so their tasks and all others end as failed.
    """
    now = timezone.now()
    alive = set(
        WorkerHeartbeat.objects.filter(seen_at__gt=now - DEAD_AFTER).values_list("worker_id", flat=True)
    )
    begun = DBTaskResult.objects.running().filter(started_at__lt=now - DEAD_AFTER)
    orphans = [one for one in begun if not alive.intersection(one.worker_ids[-1:])]
    return sum(_end(orphan) for orphan in orphans)


def _end(orphan: DBTaskResult) -> int:
    changes = {
        "status": TaskResultStatus.FAILED,
        "finished_at": timezone.now(),
        "exception_class_path": get_module_path(LeaseLost),
    }
    if orphan.task_path == deliver.module_path and len(orphan.worker_ids) < MAIL_CLAIMS:
        changes = {"status": TaskResultStatus.READY}
    logger.warning("task_orphaned", task=orphan.task_path, status=str(changes["status"]))
    same = DBTaskResult.objects.running().filter(pk=orphan.pk, started_at=orphan.started_at)
    return same.update(**changes)


def start_due_tasks() -> None:
    """Put the functions of PERIODIC_TASKS that are due into the queue, each on one worker only."""
    for name in settings.PERIODIC_TASKS:
        with transaction.atomic():
            if _is_due(name):
                run_periodic.enqueue(name)


def _is_due(name: str) -> bool:
    """Of several workers only the one that moves the moment on sees True."""
    now = timezone.now()
    due = PeriodicRun.objects.filter(name=name, due_at__lte=now)
    if due.update(due_at=now + PERIOD):
        return True
    return PeriodicRun.objects.get_or_create(name=name, defaults={"due_at": now + PERIOD})[1]


@task()
def run_periodic(name: str) -> None:
    try:
        import_string(name)()
    except Exception as error:
        logger.error("periodic_task_failed", name=name, exc_info=error)
        raise
