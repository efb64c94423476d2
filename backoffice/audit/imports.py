"""The lines of the log for files that came in (PRODUCT I9)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from backoffice.audit.models import ExportRun


def log_file_import(
    *,
    organisation,
    actor,
    kind: str,
    filename: str,
    format: str = "",
    columns: Sequence[str] = (),
    rows: int,
    sha256: str,
    started_at: datetime,
    url: str = "",
) -> ExportRun:
    """Write down a file whose rows were taken in, in the transaction that ends the import.

    `kind` is one of ExportRun.IMPORTS, `rows` counts those that were read, `url` is the import's own page:
    one that was stopped and goes on keeps its line.
    """
    values = {
        "actor": actor,
        "filename": filename[-200:],
        "format": format,
        "columns": list(columns),
        "status": ExportRun.Status.DONE,
        "rows_count": rows,
        "sha256": sha256,
        "started_at": started_at,
        "finished_at": timezone.now(),
    }
    whose = {"organisation": organisation, "kind": kind}
    if not url:
        return ExportRun.objects.create(**whose, **values)
    return ExportRun.objects.update_or_create(**whose, url=url, defaults=values)[0]
