from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.audit.imports import log_file_import
from backoffice.audit.models import ExportRun
from backoffice.audit.services import audit

UNDO_DAYS = 30
READ, CHECK, RUN, UNDO = "read", "check", "run", "undo"


class FileImport(models.Model):
    """One file on its way in: uploaded → checked → running → done (TRUST I8), or undone.

    The file lies in a folder of its own called `key` (`staging`). `profile` is what reading found
    (`profiling.FileProfile`), `options` how it was told to read, `mapping` what its columns mean.
    `checked` and `counts` are what the check and the run found, by name. `stopped` is a run that a
    person ended: what is in stays.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        UNDONE = "undone", _("undone")

    log_kind: ExportRun.Kind
    also_takes: tuple[str, ...] = ()  # kinds of files beside CSV and XLSX
    things = ""  # "product": names the jobs, pages and log lines of a second kind in its app
    WAITING = (State.UPLOADED, State.CHECKED)
    ENDED = (State.DONE, State.STOPPED, State.UNDONE)

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        VCF = "vcf", "vCard"
        PASTED = "pasted", _("Pasted e-mails")

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    filename = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=Kind, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    problem = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    profile = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    checked = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return self.pages["run"]

    @classmethod
    def job_kind(cls, step: str) -> str:
        """The job of one of READ, CHECK, RUN and UNDO, a key of JOB_HANDLERS."""
        return ".".join([cls._meta.app_label, "_".join(filter(None, [step, cls.things, "import"]))])

    @classmethod
    def page_name(cls, end: str = "") -> str:
        """An address by name: `orders:import`, `orders:product-import-undo`."""
        return ":".join([cls._meta.app_label, "-".join(filter(None, [cls.things, f"import{end}"]))])

    @property
    def pages(self) -> "Pages":
        return Pages(self)

    @property
    def undo_until(self):
        """When the import can no longer be taken back; None before it has ended."""
        return self.finished_at and self.finished_at + timedelta(days=UNDO_DAYS)

    @property
    def has_ended(self) -> bool:
        return self.state in self.ENDED

    def is_at(self, step: str) -> bool:
        """Whether its last job was this step."""
        return self.job is not None and self.job.kind == self.job_kind(step)

    def log_end(self) -> None:
        """Its line in the activity log, and that of its file in the log of files."""
        self.log("imported", self.actor, **self.counts)
        log_file_import(
            organisation=self.organisation,
            actor=self.actor,
            kind=self.log_kind,
            filename=self.filename,
            format="" if self.kind == self.Kind.PASTED else self.kind,
            columns=self._columns,
            rows=self.counts.get("rows", 0),
            sha256=self.sha256,
            started_at=self.started_at or self.created_at,
            url=self.get_absolute_url(),
        )

    def log(self, what: str, actor, **counts) -> None:
        """What the activity log keeps of it (PRODUCT I9): who, when, which file, the numbers of `counts`."""
        action = f"{self.things or self._meta.app_label}.{what}"
        counts = {name: number for name, number in counts.items() if isinstance(number, int)}
        audit(action=action, subject=self, actor=actor, sha256=self.sha256, columns=self._columns, **counts)

    @property
    def _columns(self) -> list[str]:
        return sorted(name for name in self.mapping.get("columns", {}).values() if name)

    @classmethod
    def row_models(cls) -> tuple[type[models.Model], ...]:
        """What is noted about single rows, each with `run`; it goes with the file."""
        return ()


class Pages:
    """Addresses of the pages of one import: `pages["undo"]`, in templates `run.pages.undo`."""

    def __init__(self, run: FileImport):
        self._run = run

    def __getitem__(self, name: str) -> str:
        return reverse(self._run.page_name(f"-{name}"), args=[self._run.pk])
