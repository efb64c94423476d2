"""A whole file in one call: the runs and jobs of the browser, one after the other, worked off here.

For the command line and other programs. Where a worker is quicker to take a job, this waits for it.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import BinaryIO

from django.core.exceptions import ValidationError

from backoffice.core.files.tables import TableOptions
from backoffice.imports import runs
from backoffice.imports.models import FileImport
from backoffice.jobs.models import Job
from backoffice.jobs.services import abandon, run_job

_POLL_SECONDS = 0.2
_CHUNK_BYTES = 1024 * 1024
Progress = Callable[[int], None]


def bring(
    model: type[FileImport],
    file: BinaryIO,
    *,
    organisation,
    actor=None,
    name: str = "",
    options: TableOptions | None = None,
) -> FileImport:
    """The run of a file that was read. ValidationError when it is none that can be read."""
    runs.check_size(file.seek(0, 2))
    file.seek(0)
    run = runs.begin(
        model,
        organisation=organisation,
        actor=actor,
        name=name or "-",
        chunks=iter(lambda: file.read(_CHUNK_BYTES), b""),
        options=asdict(options) if options else None,
    )
    try:
        return work_off(run)
    except BaseException:
        runs.forget(run)
        raise


def take_in(run: FileImport, progress: Progress | None = None) -> FileImport:
    """The run when all its rows are in. Raises ValidationError with the reason when it stopped."""
    try:
        return work_off(run, progress)
    except BaseException:
        runs.settle(_reload(run))  # what is in can be taken back
        raise


def work_off(run: FileImport, progress: Progress | None = None) -> FileImport:
    """The run when its job has ended. Raises ValidationError with the reason when it failed."""
    job = _reload(run).job
    while True:
        try:
            failure = run_job(job.pk, listen=progress)
        except BaseException:
            abandon(job)
            raise
        job.refresh_from_db()
        if job.is_finished:
            break
        time.sleep(_POLL_SECONDS)
    if job.status != Job.Status.DONE:
        raise ValidationError(job.error, code=failure.code if failure else "")
    return _reload(run)


def _reload(run: FileImport) -> FileImport:
    return type(run).objects.select_related("job", "organisation", "actor").get(pk=run.pk)
