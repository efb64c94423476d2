"""What the jobs of every import have in common; each app names its own four in JOB_HANDLERS.

Each may be called again after its worker was killed: reading and checking begin anew, the import
continues behind the last chunk that was stored, the undo before the last one that was taken back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction

from backoffice.core.files.tables import Table, TableOptions, open_table
from backoffice.imports.models import FileImport
from backoffice.imports.profiling import FileProfile, FileProfiler
from backoffice.imports.runs import end
from backoffice.imports.staging import UPLOAD, Staging
from backoffice.jobs.running import JobCancelled, JobFailed, RunningJob

_ROWS_PER_REPORT = 2_000


def run_of(running: RunningJob, model: type[FileImport]) -> FileImport:
    return model.objects.select_related("organisation", "actor").get(pk=running.job.params["run"])


def read_file(
    running: RunningJob,
    run: FileImport,
    *,
    profiler: Callable[[Table], FileProfiler],
    suggest: Callable[[FileProfile], dict],
) -> None:
    """Find out what the file is, stage its rows, and `suggest` a mapping."""
    try:
        profile, kind = _stage(run, running, profiler)
    except ValidationError as error:
        run.problem = " ".join(error.messages)
        run.save(update_fields=["problem"])
        raise JobFailed(run.problem, code=getattr(error, "code", "")) from None
    run.profile, run.problem = profile.to_json(), ""
    run.kind = run.kind or kind
    run.mapping = suggest(profile)
    with transaction.atomic():
        running.advance(done=profile.rows)  # of two workers only the one that holds the job ends it
        run.save(update_fields=["profile", "problem", "kind", "mapping"])


def _stage(run: FileImport, running: RunningJob, make_profiler) -> tuple[FileProfile, str]:
    staging = Staging(run.key)
    with staging.existing(UPLOAD).open("rb") as file:
        with running.long_step():  # a workbook may hold millions of shared texts
            options = TableOptions(**run.options)
            table = open_table(file, name=run.filename, options=options, also=run.also_takes)
        try:
            profiler = make_profiler(table)
            count = 0
            for count in staging.store_rows(table.headers, profiler.watch(table.rows())):
                if count % _ROWS_PER_REPORT == 0:
                    running.advance(done=count)
            running.advance(done=count, total=count)
            return profiler.profile(), table.kind
        finally:
            table.close()


def end_check(running: RunningJob, run: FileImport, checked: dict) -> None:
    run.checked, run.state = checked, FileImport.State.CHECKED
    with transaction.atomic():
        running.advance(done=checked["rows"])  # of two workers only the one that holds the job ends it
        run.save(update_fields=["checked", "state"])


def take_in(running: RunningJob, run: FileImport, work: Callable[[FileImport, RunningJob], None]) -> None:
    """Let `work` take the rows in, and note how it ended."""
    try:
        with in_words():
            work(run, running)
    except JobCancelled:
        end(run, FileImport.State.STOPPED, running.job.counts)
        raise
    end(run, FileImport.State.DONE, running.job.counts)


@contextmanager
def in_words() -> Iterator[None]:
    """What is wrong with the file or the organisation ends the job with its sentence."""
    try:
        yield
    except ValidationError as error:
        raise JobFailed(" ".join(error.messages), code=getattr(error, "code", "")) from None
