"""What the logs keep of an import (PRODUCT I9): who, when, which file, what came of it."""

from backoffice.audit.imports import log_file_import
from backoffice.audit.models import ExportRun
from backoffice.audit.services import audit
from customers.models import ImportRun


def log_import(run: ImportRun) -> None:
    """Its line in the activity log, and that of its file in the log of files."""
    _log(run, "customers.imported", run.actor, **run.counts)
    log_file_import(
        organisation=run.organisation,
        actor=run.actor,
        kind=ExportRun.Kind.CUSTOMER_IMPORT,
        filename=run.filename,
        format="" if run.kind == ImportRun.Kind.PASTED else run.kind,
        columns=_columns(run),
        rows=run.counts.get("rows", 0),
        sha256=run.sha256,
        started_at=run.started_at or run.created_at,
        url=run.get_absolute_url(),
    )


def log_undo(run: ImportRun, actor, counts: dict[str, int]) -> None:
    _log(run, "customers.import_undone", actor, **counts)


def _log(run: ImportRun, action: str, actor, **details) -> None:
    audit(action=action, subject=run, actor=actor, sha256=run.sha256, columns=_columns(run), **details)


def _columns(run: ImportRun) -> list[str]:
    return sorted(name for name in run.mapping.get("columns", {}).values() if name)
