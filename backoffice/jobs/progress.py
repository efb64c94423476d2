"""How far a job is, in words and figures of the reader; what templates/components/progress.html shows."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.formats import Formats
from backoffice.jobs.health import worker_is_running
from backoffice.jobs.kinds import kind_label
from backoffice.jobs.models import Job

MEASURED_SECONDS = 2  # before that a speed is a guess
MILESTONE_PCT = 25  # how often progress is read aloud
LOOKS = {
    Job.Status.QUEUED: ("clock", "neutral"),
    Job.Status.RUNNING: ("refresh", "info"),
    Job.Status.DONE: ("check-circle", "ok"),
    Job.Status.FAILED: ("x-circle", "bad"),
    Job.Status.CANCELLED: ("minus-circle", "neutral"),
}


@dataclass(frozen=True)
class Progress:
    """One job as one reader sees it. Texts are ready to print; `percent` is None while unknown."""

    job: Job
    formats: Formats

    @property
    def kind(self) -> str:
        return kind_label(self.job.kind)

    @property
    def icon(self) -> str:
        return LOOKS[self.job.status][0]

    @property
    def tone(self) -> str:
        return LOOKS[self.job.status][1]

    @property
    def word(self) -> str:
        """The state in one word or two."""
        if self.is_paused:
            return _("paused")
        if self._is_lapsed:
            return _("interrupted")
        return _("is being cancelled") if self.is_cancelling else self.job.get_status_display()

    @property
    def is_paused(self) -> bool:
        return self.job.status == Job.Status.QUEUED and self.job.started_at is not None

    @property
    def is_cancelling(self) -> bool:
        return self.job.is_active and self.job.cancel_requested

    @cached_property
    def lacks_worker(self) -> bool:
        """It waits, and nobody is there to do it."""
        waits = self.job.status == Job.Status.QUEUED or self._is_lapsed
        return waits and not worker_is_running()

    @property
    def percent(self) -> int | None:
        """Rounded down: 100 is only said of what is complete."""
        total = self.job.total_count
        return min(100, self.job.done_count * 100 // total) if total else None

    @property
    def percent_text(self) -> str:
        return "" if self.percent is None else self.formats.whole_percent(self.percent)

    @property
    def has_bar(self) -> bool:
        """A bar without figures says that something moves: only while it does."""
        return self.job.is_active and (self.percent is not None or self.job.status == Job.Status.RUNNING)

    @property
    def rows(self) -> str:
        """`1.400 of 2.295 rows`; empty before the first one."""
        done, total = self.job.done_count, self.job.total_count
        if not done and not total:
            return ""
        shown = {"done": self.formats.number(done), "total": self.formats.number(total or 0)}
        if total and self.job.is_active:
            return ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", total) % shown
        return ngettext("%(done)s row", "%(done)s rows", done) % shown

    @property
    def sentence(self) -> str:
        """What happens now, in one line."""
        if self.job.status == Job.Status.FAILED:
            return self.job.error
        if self.job.is_finished:
            return self._outcome()
        if self.is_cancelling:
            return _("What is done until now stays.")
        if self._is_lapsed:
            return _("It continues by itself where it stopped.")
        if self.job.status == Job.Status.QUEUED:
            return _("It continues by itself.") if self.is_paused else _("It begins by itself.")
        return self._time_left() or _("It has begun.")

    @property
    def speed(self) -> str:
        rate = self._rows_per_second
        if not rate:
            return ""
        number = max(1, round(rate))
        rows = ngettext("%(number)s row per second", "%(number)s rows per second", number)
        return rows % {"number": self.formats.number(number)}

    @property
    def milestone(self) -> str:
        """Changes when there is something worth reading aloud: a state, or a quarter of the way."""
        quarter = (self.percent or 0) // MILESTONE_PCT * MILESTONE_PCT
        return f"{self.job.status}-{int(self.job.cancel_requested)}-{quarter}"

    @property
    def said(self) -> str:
        """What is read aloud at a milestone."""
        return ", ".join(text for text in (self.word, self.percent_text) if text)

    @property
    def duration(self) -> str:
        """From the first moment of work to the end."""
        if not (self.job.started_at and self.job.finished_at):
            return ""
        return duration_text((self.job.finished_at - self.job.started_at).total_seconds(), self.formats)

    def _outcome(self) -> str:
        if self.job.status == Job.Status.CANCELLED:
            return _("Cancelled. What was done until then stays.")
        return _("Finished in %(time)s.") % {"time": self.duration} if self.duration else _("Finished.")

    def _time_left(self) -> str:
        rate, total = self._rows_per_second, self.job.total_count
        if not rate or not total:
            return ""
        left = duration_text(max(0, total - self.job.done_count) / rate, self.formats)
        return _("about %(time)s left") % {"time": left}

    @property
    def _rows_per_second(self) -> float:
        """Of the newest claim alone: a pause or a dead worker's silence is no slowness."""
        job = self.job
        if job.status != Job.Status.RUNNING or self._is_lapsed:
            return 0
        seconds = (self.formats.now - job.claimed_at).total_seconds()
        return (job.done_count - job.claimed_count) / seconds if seconds >= MEASURED_SECONDS else 0

    @property
    def _is_lapsed(self) -> bool:
        return self.job.status == Job.Status.RUNNING and self.job.leased_until <= timezone.now()


def duration_text(seconds: float, formats: Formats) -> str:
    """`40 seconds`, `3 minutes`, `2,5 hours`: as exact as people need it."""
    if seconds < 100:
        number = max(1, round(seconds)) if seconds < 10 else round(seconds, -1)
        number = int(number)
        return ngettext("%(number)s second", "%(number)s seconds", number) % {"number": number}
    if seconds < 100 * 60:
        number = round(seconds / 60)
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    return _("%(number)s hours") % {"number": formats.decimal(seconds / 3600)}
