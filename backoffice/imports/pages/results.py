"""What the last step and the list of imports show of an import: where it stands, what can be done."""

from django.utils import timezone

from backoffice.core.text.formats import Formats
from backoffice.imports.models import RUN, UNDO, UNDO_DAYS, FileImport
from backoffice.imports.pages.phases import RUNNING, phase_of
from backoffice.jobs.models import Job
from backoffice.jobs.progress import Progress


class RunView:
    """One import as one reader sees it. Each kind of import adds its own figures."""

    undo_days = UNDO_DAYS
    undo_labels: dict[str, object] = {}

    def __init__(self, run: FileImport, formats: Formats):
        self.run, self.formats = run, formats
        self.phase = phase_of(run)
        self.progress = Progress(run.job, formats) if run.job else None
        is_at_work = self.phase is RUNNING and run.job is not None
        self.stored_counts = run.job.counts if is_at_work else run.counts

    @property
    def undo_figures(self) -> list[tuple[object, int]]:
        """What an undo did, as (label, number); empty when nobody knows any more."""
        if not self.run.is_at(UNDO):
            return []
        return [(label, self.run.job.counts.get(name, 0)) for name, label in self.undo_labels.items()]

    @property
    def kept(self) -> int:
        return (self.run.job.counts if self.run.job else {}).get("kept", 0)

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
        return "undo" in self.phase.allows and self.run.is_at(UNDO)

    @property
    def problem(self) -> str:
        """Why the last job on the import ended early, for people; empty when a person ended it."""
        job = self.run.job
        failed = job is not None and job.status == Job.Status.FAILED
        return self.run.problem or (job.error if failed else "")

    @property
    def duration(self) -> str:
        return self.progress.duration if self.run.is_at(RUN) else ""
