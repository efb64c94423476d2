"""What step 4 and the list of imports show of an import: where it stands, figures, what can be done."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import Formats
from backoffice.jobs.models import Job
from backoffice.jobs.progress import Progress
from customers.importing.outcomes import VERDICTS, Counts
from customers.importing.pages.phases import RUNNING, STOPPED, phase_of
from customers.importing.runs import RUN, UNDO
from customers.models import ImportRow, ImportRun
from customers.models.imports import UNDO_DAYS

_FIGURES = {
    "created": _("New"),
    "completed": _("Completed"),
    "unchanged": _("Unchanged"),
    "rejected": _("Skipped"),
    "duplicates": VERDICTS[ImportRow.Outcome.DUPLICATE].word,
    "consents": _("Consents"),
}
_ONLY_IF_ANY = ("duplicates", "consents")
_UNDO_FIGURES = {
    "removed": _("Removed"),
    "restored": _("As before again"),
    "kept": _("Kept"),
    "withdrawn": _("Consents withdrawn"),
}


class RunView:
    """One import as one reader sees it."""

    undo_days = UNDO_DAYS

    def __init__(self, run: ImportRun, formats: Formats):
        self.run, self.formats = run, formats
        self.phase = phase_of(run)
        self.progress = Progress(run.job, formats) if run.job else None
        self.checked = Counts.from_json(run.checked)
        # the command takes rows in without a check before
        self.total = self.checked.rows or run.profile.get("rows", 0)
        is_at_work = self.phase is RUNNING and run.job is not None
        self.counts = Counts.from_json(run.job.counts if is_at_work else run.counts)

    @property
    def matches(self) -> int:
        """Rows of customers who are known already, as the check found them."""
        return self.checked.completed + self.checked.unchanged

    @property
    def figures(self) -> list[tuple[str, int]]:
        """What came of it as (label, number)."""
        numbers = [(name, label, getattr(self.counts, name)) for name, label in _FIGURES.items()]
        return [(label, number) for name, label, number in numbers if number or name not in _ONLY_IF_ANY]

    @property
    def undo_figures(self) -> list[tuple[str, int]]:
        """What an undo did, as (label, number); empty when nobody knows any more."""
        job = self.run.job
        if job is None or job.kind != UNDO:
            return []
        return [(label, job.counts.get(name, 0)) for name, label in _UNDO_FIGURES.items()]

    @property
    def kept(self) -> int:
        return (self.run.job.counts if self.run.job else {}).get("kept", 0)

    @property
    def skipped(self) -> int:
        """Rows that stay out; before the last one is done, those of the check."""
        is_partly = self.phase in (RUNNING, STOPPED) and self.run.checked
        return (self.checked if is_partly else self.counts).rejected

    @property
    def has_refused_file(self) -> bool:
        return bool(self.skipped and self.run.profile)

    @property
    def undo_until(self) -> str:
        until = self.run.undo_until
        return self.formats.day(self.formats.local(until).date()) if until else ""

    @property
    def may_undo(self) -> bool:
        until = self.run.undo_until
        return "undo" in self.phase.allows and until is not None and timezone.now() <= until

    @property
    def may_continue(self) -> bool:
        """An undo that was begun is not mixed with the rest of the import; of imports without a job, which
        earlier versions had, no file is kept."""
        has_file = self.run.job is not None and bool(self.run.profile)
        return "continue" in self.phase.allows and has_file and not self.is_half_undone

    @property
    def is_half_undone(self) -> bool:
        """An undo ended before its last row: cancelled, or failed."""
        job = self.run.job
        return "undo" in self.phase.allows and job is not None and job.kind == UNDO

    @property
    def problem(self) -> str:
        """Why the last job on the import ended early, for people; empty when a person ended it."""
        job = self.run.job
        failed = job is not None and job.status == Job.Status.FAILED
        return self.run.problem or (job.error if failed else "")

    @property
    def customers_url(self) -> str:
        """The list of the customers whom this import brought or changed; of all, where nobody knows them."""
        is_known = bool(self.run.profile) and (self.counts.created or self.counts.completed)
        return f"{reverse('customers:list')}?import={self.run.pk}" if is_known else reverse("customers:list")

    @property
    def duration(self) -> str:
        is_run = self.run.job is not None and self.run.job.kind == RUN
        return self.progress.duration if is_run else ""
