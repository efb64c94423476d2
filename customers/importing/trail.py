"""What the activity log keeps of an import (PRODUCT I9): who, when, which file, what came of it."""

from backoffice.audit.services import audit
from customers.models import ImportRun


def log_import(run: ImportRun) -> None:
    _log(run, "customers.imported", run.actor, **run.counts)


def log_undo(run: ImportRun, actor, counts: dict[str, int]) -> None:
    _log(run, "customers.import_undone", actor, **counts)


def _log(run: ImportRun, action: str, actor, **details) -> None:
    columns = sorted(name for name in run.mapping.get("columns", {}).values() if name)
    audit(action=action, subject=run, actor=actor, sha256=run.sha256, columns=columns, **details)
