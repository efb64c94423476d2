"""Where an import stands: what people call it, on which page and step it is, what may be done there."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.imports.models import CHECK as CHECKING_STEP
from backoffice.imports.models import READ, RUN, UNDO, FileImport

FILE, COLUMNS, CHECK, IMPORT = range(1, 5)
STEPS = {
    FILE: _("File"),
    COLUMNS: _("Map"),
    CHECK: _("Review"),
    IMPORT: pgettext_lazy("button", "Import"),
}


@dataclass(frozen=True, eq=False)
class Phase:
    """`page` and `allows` are addresses by the end of their names: <app>:import-…"""

    name: str
    word: str
    icon: str
    tone: str
    step: int = IMPORT
    page: str = "run"
    allows: tuple[str, ...] = ()


READING = Phase("reading", _("is being read"), "refresh", "info", FILE)
UNREAD = Phase("unread", _("not readable"), "x-circle", "bad", FILE, allows=("again",))
UNCHECKED = Phase(
    "unchecked", _("not imported yet"), "clock", "warn", COLUMNS, "columns", allows=("columns", "read")
)
CHECKING = Phase("checking", _("is being checked"), "refresh", "info", CHECK)
CHECKED = Phase(
    "checked",
    *(_("not imported yet"), "clock", "warn", CHECK, "check"),
    allows=("columns", "read", "leave-out", "start"),
)
RUNNING = Phase("running", _("is being imported"), "refresh", "info", allows=("cancel",))
DONE = Phase("done", _("imported"), "check-circle", "ok", allows=("undo",))
STOPPED = Phase("stopped", _("stopped"), "minus-circle", "warn", allows=("continue", "undo"))
UNDOING = Phase("undoing", _("is being undone"), "refresh", "info")
UNDONE = Phase("undone", _("undone"), "undo", "neutral")
_AT_WORK = {READ: READING, CHECKING_STEP: CHECKING, RUN: RUNNING, UNDO: UNDOING}
_AT_REST = {
    FileImport.State.CHECKED: CHECKED,
    FileImport.State.RUNNING: RUNNING,
    FileImport.State.DONE: DONE,
    FileImport.State.STOPPED: STOPPED,
    FileImport.State.UNDONE: UNDONE,
}


def phase_of(run: FileImport) -> Phase:
    """Where a settled import stands; while a job works on it, what the job does."""
    if run.job is not None and run.job.is_active:
        return next(phase for step, phase in _AT_WORK.items() if run.is_at(step))
    if run.state == FileImport.State.UPLOADED:
        return UNCHECKED if run.profile else UNREAD
    return _AT_REST[run.state]
