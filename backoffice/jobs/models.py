"""Work in the background: the queue, and the workers that are alive."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


HANDED_ON = timedelta(seconds=15)
ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


class JobQuerySet(models.QuerySet):
    def of(self, organisation):
        """Its long jobs; no organisation has none, for short tasks are nobody's."""
        return self.filter(organisation=organisation, organisation__isnull=False)

    def active(self):
        """Waiting or running."""
        return self.filter(status__in=ACTIVE)

    def ready(self):
        """What waits and is due, in the order in which workers take it."""
        due = self.filter(status=JobStatus.QUEUED, due_at__lte=timezone.now())
        return due.order_by("-priority", "due_at", "id")

    def long(self):
        """What a person of an organisation has started."""
        return self.filter(organisation__isnull=False)

    def short(self):
        """Mail and other tasks of nobody."""
        return self.filter(organisation__isnull=True)

    def left_over(self):
        """Short tasks that a worker of the database does: where Redis is told of them, those that nobody has
        taken within HANDED_ON."""
        waits = HANDED_ON if settings.TASKS_BACKEND == "rq" else timedelta(0)
        return self.short().filter(due_at__lte=timezone.now() - waits)

    def lapsed(self):
        """Running by name only: the lease was not renewed, so the worker is gone."""
        return self.filter(status=JobStatus.RUNNING, leased_until__lte=timezone.now())

    def claimable(self):
        """What a worker may begin or take over now."""
        return self.filter(status=JobStatus.QUEUED) | self.lapsed()


class Job(models.Model):
    """One piece of background work: what, for whom, how far, and who holds it. This table is the queue.

    A long job was started by a person of an organisation, who sees how far it is; `kind` is a key of
    JOB_HANDLERS. A short task, a mail for example, came through the django-tasks API: it has no
    organisation and nobody sees it; `kind` is the path of its function, `params` are its arguments.

    Work is taken by `priority`, the highest first, then by `due_at`, which is when it was put into the
    queue, or when it may begin at the earliest. A worker claims it by raising `attempts`, which is then
    its token: every write of progress compares it, so a worker that lost its lease writes nothing any
    more. `stalled_attempts` counts the claims since the last progress. `cursor` is where the handler
    continues, None at the start. `done_count` and `total_count` are rows, `total_count` None while
    unknown. `claimed_at` and `claimed_count` are time and `done_count` of the newest claim: speed is
    counted from there. `error` is a sentence for people; of a short task the name of the exception.
    """

    Status = JobStatus

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    priority = models.SmallIntegerField(default=-10)  # of long jobs: mail and other short tasks go first
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    stalled_attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    cursor = models.JSONField(null=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = [("cancel_job", "Can cancel background jobs")]
        constraints = [
            models.CheckConstraint(
                name="job_running_is_leased",
                condition=Q(status=JobStatus.RUNNING, leased_until__isnull=False)
                | (~Q(status=JobStatus.RUNNING) & Q(leased_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_finished_has_end",
                condition=Q(status__in=ACTIVE, finished_at__isnull=True)
                | (~Q(status__in=ACTIVE) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="job_for_people_has_organisation",
                condition=Q(organisation__isnull=False)
                | Q(actor__isnull=True, title="", url="", cancel_requested=False),
            ),
        ]
        indexes = [
            models.Index("organisation", "created_at", "id", name="job_newest"),  # serves the list
            # serves lapsed(), every few seconds
            models.Index("leased_until", name="job_leased", condition=Q(status="running")),
            # serves ready(), twice a second and worker
            models.Index(fields=["-priority", "due_at", "id"], name="job_due", condition=Q(status="queued")),
            # serves clear_finished_tasks(); with the organisation, or SQLite prefers job_newest
            models.Index("organisation", "finished_at", name="job_old_task", condition=Q(organisation=None)),
        ]

    @property
    def is_task(self) -> bool:
        return self.organisation_id is None

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_finished(self) -> bool:
        return not self.is_active


class WorkerHeartbeat(models.Model):
    """A worker process that is alive: it renews `seen_at` every few seconds and leaves no row behind."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()


class PeriodicRun(models.Model):
    """When a function of PERIODIC_TASKS is due next; the worker that moves the moment on runs it."""

    name = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
