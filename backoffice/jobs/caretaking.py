"""What a worker does beside its work: be seen, start what is due from time to time, clear what is over."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from backoffice.jobs.models import Job, PeriodicRun, WorkerHeartbeat

FORGOTTEN_AFTER = timedelta(hours=1)
FINISHED_TASKS_STAY = timedelta(days=7)
_CHUNK = 1_000


def beat(worker_id: str) -> None:
    """Say that this worker is alive, and forget those that have been silent for long."""
    now = timezone.now()
    WorkerHeartbeat(worker_id=worker_id, seen_at=now).save()
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off(worker_id: str) -> None:
    """A worker that ends in good order is missed at once."""
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def start_due_tasks() -> None:
    """Put the functions of PERIODIC_TASKS that are due into the queue, each on one worker only."""
    for name, seconds in settings.PERIODIC_TASKS.items():
        with transaction.atomic():
            if _is_due(name, timedelta(seconds=seconds)):
                run_periodic.enqueue(name)


def _is_due(name: str, period: timedelta) -> bool:
    """Of several workers only the one that moves the moment on sees True."""
    now = timezone.now()
    due = PeriodicRun.objects.filter(name=name, due_at__lte=now)
    if due.update(due_at=now + period):
        return True
    return PeriodicRun.objects.get_or_create(name=name, defaults={"due_at": now + period})[1]


@task()
def run_periodic(name: str) -> None:
    import_string(name)()


def clear_finished_tasks() -> None:
    """Hourly: short tasks that are over are seen for a week. Long jobs stay in their list."""
    old = Job.objects.filter(organisation=None, finished_at__lt=timezone.now() - FINISHED_TASKS_STAY)
    while ids := list(old.values_list("pk", flat=True)[:_CHUNK]):
        rows = Job.objects.filter(pk__in=ids)
        rows._raw_delete(rows.db)  # nothing refers to a short task
