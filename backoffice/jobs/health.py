"""Is there a queue, and anybody to do the work?"""

from datetime import timedelta

from django.utils import timezone

from backoffice.jobs.models import Job, WorkerHeartbeat

SILENT_SECONDS = 30  # three beats missed


def queue_answers() -> bool:
    """Whether the queue can be read. Raises DatabaseError when it cannot."""
    Job.objects.ready().exists()
    return True


def worker_is_running() -> bool:
    """Whether any worker was seen in the last `SILENT_SECONDS`."""
    return WorkerHeartbeat.objects.filter(
        seen_at__gt=timezone.now() - timedelta(seconds=SILENT_SECONDS)
    ).exists()
