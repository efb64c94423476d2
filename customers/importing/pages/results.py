"""What step 4 and the list of imports say about an import: where it stands, figures, what can be done."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.core.text.formats import Formats
from backoffice.jobs.models import Job
from backoffice.jobs.progress import Progress
from customers.choices import Source
from customers.importing.outcomes import Counts
from customers.importing.runs import CHECK, READ, RUN, UNDO
from customers.models import ImportRun
from customers.models.imports import UNDO_DAYS

READING, CHECKING, RUNNING, UNDOING = "reading", "checking", "running", "undoing"
UNREAD, WAITING, DONE, STOPPED, UNDONE = "unread", "waiting", "done", "stopped", "undone"
_AT_WORK = {READ: READING, CHECK: CHECKING, RUN: RUNNING, UNDO: UNDOING}
_AT_REST = {
    ImportRun.State.CHECKED: WAITING,
    ImportRun.State.RUNNING: RUNNING,
    ImportRun.State.DONE: DONE,
    ImportRun.State.UNDONE: UNDONE,
}


@dataclass(frozen=True)
class Phase:
    """Where an import stands, as people see it."""

    word: str
    icon: str
    tone: str


PHASES = {
    READING: Phase(gettext_lazy("is being read"), "refresh", "info"),
    CHECKING: Phase(gettext_lazy("is being checked"), "refresh", "info"),
    RUNNING: Phase(gettext_lazy("is being imported"), "refresh", "info"),
    UNDOING: Phase(gettext_lazy("is being undone"), "refresh", "info"),
    UNREAD: Phase(gettext_lazy("not readable"), "x-circle", "bad"),
    WAITING: Phase(gettext_lazy("not imported yet"), "clock", "warn"),
    DONE: Phase(gettext_lazy("imported"), "check-circle", "ok"),
    STOPPED: Phase(gettext_lazy("stopped"), "minus-circle", "warn"),
    UNDONE: Phase(gettext_lazy("undone"), "undo", "neutral"),
}


def phase_of(run: ImportRun) -> str:
    """Where a settled import stands; while a job works on it, what the job does."""
    if run.job is not None and run.job.is_active:
        return _AT_WORK[run.job.kind]
    if run.state == ImportRun.State.UPLOADED:
        return WAITING if run.profile else UNREAD
    return _AT_REST.get(run.state, STOPPED)


@dataclass(frozen=True)
class Stage:
    """One line of the way of an import: `state` is done, current or next."""

    text: str
    figures: str
    state: str


class RunView:
    """One import as one reader sees it."""

    def __init__(self, run: ImportRun, formats: Formats):
        self.run, self.formats = run, formats
        self.phase = phase_of(run)
        self.progress = Progress(run.job, formats) if run.job else None
        self.checked = Counts.from_json(run.checked)
        # the command takes rows in without a check before
        self.total = self.checked.rows or run.profile.get("rows", 0)
        is_at_work = self.phase == RUNNING and run.job is not None
        self.counts = Counts.from_json(run.job.counts if is_at_work else run.counts)

    @property
    def icon(self) -> str:
        return PHASES[self.phase].icon

    @property
    def tone(self) -> str:
        return PHASES[self.phase].tone

    @property
    def word(self) -> str:
        return str(PHASES[self.phase].word)

    @property
    def summary(self) -> str:
        """The figures of an import in one line; empty before there are any."""
        if not self.run.has_ended:
            rows = self.run.profile.get("rows", 0)
            return self._rows(rows) if rows else ""
        parts = [_("%(number)s new"), _("%(number)s completed"), _("%(number)s skipped")]
        numbers = [self.counts.created, self.counts.completed, self.counts.rejected]
        return ", ".join(
            text % {"number": self._number(number)} for text, number in zip(parts, numbers, strict=True)
        )

    # ---- while it runs

    @property
    def stages(self) -> list[Stage]:
        """The way of an import that runs; figures are what is known, nothing is guessed."""
        done = {"created": self.counts.created, "completed": self.counts.completed}
        written = _("%(created)s new, %(completed)s completed")
        return [
            Stage(_("File read and checked"), self._rows(self.total), "done"),
            Stage(_("Compared with the customers you have"), self._matches(), "done"),
            Stage(
                _("Create and complete customers"),
                written % {name: self._number(number) for name, number in done.items()},
                "current",
            ),
            Stage(_("Record consents with their proof"), *self._consents_stage()),
            Stage(_("Report"), _("follows"), "next"),
        ]

    def _matches(self) -> str:
        number = self.checked.completed + self.checked.unchanged
        text = ngettext("%(number)s match", "%(number)s matches", number)
        return text % {"number": self._number(number)}

    def _consents_stage(self) -> tuple[str, str]:
        if not self.checked.consents:
            return _("none in this file"), "next"
        shown = {"done": self._number(self.counts.consents), "total": self._number(self.checked.consents)}
        return _("%(done)s of %(total)s, together with the customers") % shown, "current"

    # ---- when it has ended

    @property
    def figures(self) -> list[tuple[str, str]]:
        """What came of it as (label, number)."""
        counts = self.counts
        figures = [
            (_("New"), counts.created),
            (_("Completed"), counts.completed),
            (_("Unchanged"), counts.unchanged),
            (_("Skipped"), counts.rejected),
        ]
        figures += [(_("Twice in the file"), counts.duplicates)] if counts.duplicates else []
        figures += [(_("Consents"), counts.consents)] if counts.consents else []
        return [(label, self._number(number)) for label, number in figures]

    @property
    def undo_figures(self) -> list[tuple[str, str]]:
        """What an undo did, as (label, number); empty when nobody knows any more."""
        job = self.run.job
        if job is None or job.kind != UNDO:
            return []
        labels = {
            "removed": _("Removed"),
            "restored": _("As before again"),
            "kept": _("Kept"),
            "withdrawn": _("Consents withdrawn"),
        }
        return [(label, self._number(job.counts.get(name, 0))) for name, label in labels.items()]

    @property
    def kept(self) -> int:
        return (self.run.job.counts if self.run.job else {}).get("kept", 0)

    @property
    def rows_done(self) -> str:
        """How far an import came that was stopped."""
        done, total = self.counts.rows, self.total
        if not total:
            return self._rows(done)
        text = ngettext("%(done)s of %(total)s row is done", "%(done)s of %(total)s rows are done", total)
        return text % {"done": self._number(done), "total": self._number(total)}

    @property
    def skipped(self) -> int:
        """Rows that stay out; before the last one is done, those of the check."""
        is_partly = self.phase in (RUNNING, STOPPED) and self.run.checked
        return (self.checked if is_partly else self.counts).rejected

    @property
    def skipped_text(self) -> str:
        text = ngettext("%(number)s row skipped", "%(number)s rows skipped", self.skipped)
        return text % {"number": self._number(self.skipped)}

    @property
    def has_refused_file(self) -> bool:
        return bool(self.skipped and self.run.profile)

    @property
    def undo_days(self) -> int:
        return UNDO_DAYS

    @property
    def undo_until(self) -> str:
        until = self.run.undo_until
        return self.formats.day(self.formats.local(until).date()) if until else ""

    @property
    def may_undo(self) -> bool:
        return self.phase in (DONE, STOPPED) and bool(
            self.run.undo_until and timezone.now() <= self.run.undo_until
        )

    @property
    def may_continue(self) -> bool:
        """An undo that was begun is not mixed with the rest of the import; of imports without a job, which
        earlier versions had, no file is kept."""
        has_file = self.run.job is not None and bool(self.run.profile)
        return self.phase == STOPPED and has_file and not self.is_half_undone

    @property
    def is_half_undone(self) -> bool:
        """An undo ended before its last row: cancelled, or failed."""
        job = self.run.job
        return self.phase in (DONE, STOPPED) and job is not None and job.kind == UNDO

    @property
    def problem(self) -> str:
        """Why the last job on the import ended early, for people; empty when a person ended it."""
        job = self.run.job
        failed = job is not None and job.status == Job.Status.FAILED
        return self.run.problem or (job.error if failed else "")

    @property
    def customers_url(self) -> str:
        """The list, as near to the customers of this import as its filters come."""
        tag = self.run.mapping.get("tag")
        if tag and (self.counts.created or self.counts.completed):
            return f"{reverse('customers:list')}?{urlencode({'tag': tag})}"
        if self.counts.created:
            return f"{reverse('customers:list')}?{urlencode({'source': Source.IMPORT.value})}"
        return reverse("customers:list")

    @property
    def duration(self) -> str:
        is_run = self.run.job is not None and self.run.job.kind == RUN
        return self.progress.duration if is_run else ""

    def _rows(self, number: int) -> str:
        text = ngettext("%(number)s row", "%(number)s rows", number)
        return text % {"number": self._number(number)}

    def _number(self, number: int) -> str:
        return self.formats.number(number)
