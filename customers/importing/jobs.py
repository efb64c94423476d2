"""The four jobs of an import: read the file, check it, take it in, take it back.

Each may be called again after its worker was killed: reading and checking begin anew, the import
continues behind the last chunk that was stored, the undo before the last one that was taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import TableOptions, open_table
from backoffice.jobs.kinds import labelled
from backoffice.jobs.running import JobCancelled, JobFailed, RunningJob
from customers.importing.line_index import LineIndex
from customers.importing.mapping import CustomerMapping
from customers.importing.notes import corrections_of, keep_rows, most_repeated
from customers.importing.outcomes import Counts
from customers.importing.profiling import Profile, Profiler, suggest_mapping
from customers.importing.staging import KEYS, UPLOAD, StagedRow, Staging
from customers.importing.storing import store
from customers.importing.terms import make_terms
from customers.importing.trail import log_import
from customers.importing.undoing import undo_chunks
from customers.importing.walking import Examined, Walk, in_chunks
from customers.models import ImportRow, ImportRun

_ROWS_PER_REPORT = 2_000


@labelled(_("Reading a list of customers"))
def read_file(running: RunningJob) -> None:
    """Find out what the file is, and stage its rows."""
    run = _run_of(running)
    try:
        profile, kind = _stage(run, running)
    except ValidationError as error:
        run.problem = " ".join(error.messages)
        run.save(update_fields=["problem"])
        raise JobFailed(run.problem, code=getattr(error, "code", "")) from None
    run.profile, run.problem = profile.to_json(), ""
    run.kind = run.kind or kind
    run.mapping = _suggest(run, profile).to_json()
    with transaction.atomic():
        running.advance(done=profile.rows)  # of two workers only the one that holds the job ends it
        run.save(update_fields=["profile", "problem", "kind", "mapping"])


def _stage(run: ImportRun, running: RunningJob) -> tuple[Profile, str]:
    staging = Staging(run.key)
    with staging.existing(UPLOAD).open("rb") as file:
        with running.long_step():  # a workbook may hold millions of shared texts
            table = open_table(file, name=run.filename, options=TableOptions(**run.options))
        try:
            profiler = Profiler(table, country=run.organisation.country)
            count = 0
            for count in staging.store_rows(table.headers, profiler.watch(table.rows())):
                if count % _ROWS_PER_REPORT == 0:
                    running.advance(done=count)
            running.advance(done=count, total=count)
            return profiler.profile(), table.kind
        finally:
            table.close()


def _suggest(run: ImportRun, profile: Profile) -> CustomerMapping:
    """What the columns are taken for, with what was said about consents when the file was brought."""
    said = CustomerMapping.from_json(run.mapping)
    mapping = suggest_mapping(profile, run.organisation)
    mapping = replace(mapping, consent=said.consent, subscribe_all=said.subscribe_all)
    return mapping.without_names() if run.kind == ImportRun.Kind.PASTED else mapping


@labelled(_("Check of an import"))
def check_import(running: RunningJob) -> None:
    """Walk over all rows without writing a customer; note those that somebody should look at."""
    run = _run_of(running)
    with _in_words():
        walk = _check(run, running)
    run.checked = walk.counts.to_json() | most_repeated(run)
    run.state = ImportRun.State.CHECKED
    with transaction.atomic():
        running.advance(done=walk.counts.rows)  # of two workers only the one that holds the job ends it
        run.save(update_fields=["checked", "state"])


def _check(run: ImportRun, running: RunningJob) -> Walk:
    profile, staging = Profile.from_json(run.profile), Staging(run.key)
    ImportRow.objects.filter(run=run).delete()
    all_rows = staging.read_rows(profile.headers)
    for old in staging.folder.glob(f"{KEYS}*"):  # the journal of a correction that was killed among them
        old.unlink()
    index = LineIndex(staging.folder / KEYS, in_the_making=True)
    try:
        walk = _walk(run, profile, index, is_dry=True, remembers=True)
        for staged in in_chunks(all_rows):
            rows = [one.row for one in staged]
            corrections = corrections_of(run, (row.line for row in rows))
            examined = walk.take(rows, corrections=corrections)
            with transaction.atomic():
                keep_rows(run, examined, corrections)
                running.advance(done=walk.counts.rows, total=profile.rows, counts=walk.counts.to_json())
    finally:
        index.close()
    return walk


@contextmanager
def _in_words() -> Iterator[None]:
    """What is wrong with the file or the organisation ends the job with its sentence."""
    try:
        yield
    except ValidationError as error:
        raise JobFailed(" ".join(error.messages), code=getattr(error, "code", "")) from None


@labelled(_("Import of customers"))
def run_import(running: RunningJob) -> None:
    """Take the rows in, a chunk per transaction; what the check refused stays out."""
    run = _run_of(running)
    try:
        with _in_words():
            _take_in(run, running)
    except JobCancelled:
        _end(run, running, ImportRun.State.STOPPED)
        raise
    _end(run, running, ImportRun.State.DONE)


def _take_in(run: ImportRun, running: RunningJob) -> None:
    profile, staging = Profile.from_json(run.profile), Staging(run.key)
    offset = (running.job.cursor or {}).get("offset", 0)
    rows = staging.read_rows(profile.headers, offset)
    is_checked = bool(run.checked)
    index = LineIndex(staging.existing(KEYS) if is_checked else staging.folder / KEYS)
    try:
        # a check has remembered every row already; then a run only asks for those before its own
        walk = _walk(run, profile, index, is_dry=False, remembers=not is_checked)
        walk.counts = Counts.from_json(running.job.counts)
        for staged in in_chunks(rows):
            running.give_way()
            _take_chunk(run, running, walk, staged, profile.rows)
    finally:
        index.close()


def _take_chunk(run: ImportRun, running: RunningJob, walk: Walk, staged: list[StagedRow], total: int) -> None:
    rows = [one.row for one in staged]
    # only what was checked can have been corrected
    corrections = corrections_of(run, (row.line for row in rows)) if run.checked else {}

    def write(examined: Examined, counts: Counts) -> None:
        store(examined.chunk, run)
        keep_rows(run, examined, corrections)
        cursor = {"offset": staged[-1].end}
        running.advance(done=counts.rows, total=total, cursor=cursor, counts=counts.to_json())

    walk.take(rows, corrections=corrections, store=write)


def _end(run: ImportRun, running: RunningJob, state: str) -> None:
    run.state, run.finished_at, run.counts = state, timezone.now(), running.job.counts
    with transaction.atomic():
        # not again when the worker died between this and the end of the job
        unended = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING)
        if unended.update(state=run.state, finished_at=run.finished_at, counts=run.counts):
            log_import(run)


@labelled(_("Undo of an import"))
def undo_import(running: RunningJob) -> None:
    """Take an import back, its last row first."""
    undo_chunks(_run_of(running), running)


def _walk(run: ImportRun, profile: Profile, index: LineIndex, *, is_dry: bool, remembers: bool) -> Walk:
    mapping = CustomerMapping.from_json(run.mapping).for_headers(profile.headers)
    terms = make_terms(run.organisation, mapping, actor=run.actor, is_dry=is_dry)
    return Walk(terms, profile.headers, index=index, remembers=remembers)


def _run_of(running: RunningJob) -> ImportRun:
    runs = ImportRun.objects.select_related("organisation", "actor")
    return runs.get(pk=running.job.params["run"])
