"""The four jobs of an import of customers; what all imports share is in `backoffice.imports.jobs`."""

from contextlib import closing
from dataclasses import replace
from itertools import takewhile

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.core.full_disk import whole_or_absent
from backoffice.imports import jobs as imports
from backoffice.imports.staging import KEYS, StagedRow, Staging
from backoffice.jobs.kinds import labelled
from backoffice.jobs.running import RunningJob
from customers.importing.line_index import LineIndex
from customers.importing.mapping import CustomerMapping
from customers.importing.notes import corrections_of, keep_rows, most_repeated
from customers.importing.outcomes import Counts
from customers.importing.profiling import Profile, Profiler, suggest_mapping
from customers.importing.storing import store
from customers.importing.terms import make_terms
from customers.importing.undoing import undo_chunks
from customers.importing.walking import Examined, Walk, in_chunks
from customers.models import ImportRow, ImportRun


@labelled(_("Reading a list of customers"))
def read_file(running: RunningJob) -> None:
    """Find out what the file is, and stage its rows."""
    run = imports.run_of(running, ImportRun)
    imports.read_file(
        running,
        run,
        profiler=lambda table: Profiler(table, country=run.organisation.country),
        suggest=lambda profile: _suggest(run, profile).to_json(),
    )


def _suggest(run: ImportRun, profile: Profile) -> CustomerMapping:
    """What the columns are taken for, with what was said about consents when the file was brought."""
    said = CustomerMapping.from_json(run.mapping)
    mapping = suggest_mapping(profile, run.organisation)
    mapping = replace(mapping, consent=said.consent, subscribe_all=said.subscribe_all)
    return mapping.without_names() if run.kind == ImportRun.Kind.PASTED else mapping


@labelled(_("Check of an import"))
def check_import(running: RunningJob) -> None:
    """Walk over all rows without writing a customer; note those that somebody should look at."""
    run = imports.run_of(running, ImportRun)
    with imports.in_words():
        walk = _check(run, running)
    imports.end_check(running, run, walk.counts.to_json() | most_repeated(run))


def _check(run: ImportRun, running: RunningJob) -> Walk:
    profile, staging = Profile.from_json(run.profile), Staging(run.key)
    ImportRow.objects.filter(run=run).delete()
    all_rows = staging.read_rows(profile.headers)
    for old in staging.folder.glob(f"{KEYS}*"):  # the journal of a correction that was killed among them
        old.unlink()
    keys = staging.place(KEYS)
    with whole_or_absent(keys), closing(LineIndex(keys, in_the_making=True)) as index:
        walk = _walk(run, profile, index, is_dry=True, remembers=True)
        for staged in in_chunks(all_rows):
            rows = [one.row for one in staged]
            corrections = corrections_of(run, (row.line for row in rows))
            examined = walk.take(rows, corrections=corrections)
            with transaction.atomic():
                keep_rows(run, examined, corrections)
                running.advance(done=walk.counts.rows, total=profile.rows, counts=walk.counts.to_json())
    staging.keep(KEYS)
    return walk


@labelled(_("Import of customers"))
def run_import(running: RunningJob) -> None:
    """Take the rows in, a chunk per transaction; what the check refused stays out."""
    imports.take_in(running, imports.run_of(running, ImportRun), _take_in)


def _take_in(run: ImportRun, running: RunningJob) -> None:
    profile, staging = Profile.from_json(run.profile), Staging(run.key)
    offset = (running.job.cursor or {}).get("offset", 0)
    rows = staging.read_rows(profile.headers, offset)
    is_checked = bool(run.checked)
    index = LineIndex(staging.existing(KEYS) if is_checked else staging.place(KEYS))
    try:
        if not is_checked and index.reached < (running.job.cursor or {}).get("line", 0):
            _remember_again(run, running, index, offset)
        # a check has remembered every row already; then a run only asks for those before its own
        walk = _walk(run, profile, index, is_dry=False, remembers=not is_checked)
        walk.counts = Counts.from_json(running.job.counts)
        for staged in in_chunks(rows):
            running.give_way()
            _take_chunk(run, running, walk, staged, profile.rows)
            if not is_checked:
                index.reached = staged[-1].row.line
    finally:
        index.close()


def _remember_again(run: ImportRun, running: RunningJob, index: LineIndex, end: int) -> None:
    """Another host has taken the rows up to here in, and remembers them in an index of its own."""
    profile = Profile.from_json(run.profile)
    walk = _walk(run, profile, index, is_dry=True, remembers=True)
    before = takewhile(lambda one: one.end <= end, Staging(run.key).read_rows(profile.headers))
    for staged in in_chunks(before):
        running.give_way()
        walk.take([one.row for one in staged])


def _take_chunk(run: ImportRun, running: RunningJob, walk: Walk, staged: list[StagedRow], total: int) -> None:
    rows = [one.row for one in staged]
    # only what was checked can have been corrected
    corrections = corrections_of(run, (row.line for row in rows)) if run.checked else {}

    def write(examined: Examined, counts: Counts) -> None:
        store(examined.chunk, run)
        keep_rows(run, examined, corrections)
        cursor = {"offset": staged[-1].end, "line": rows[-1].line}
        running.advance(done=counts.rows, total=total, cursor=cursor, counts=counts.to_json())

    walk.take(rows, corrections=corrections, store=write)


@labelled(_("Undo of an import"))
def undo_import(running: RunningJob) -> None:
    """Take an import back, its last row first."""
    undo_chunks(imports.run_of(running, ImportRun), running)


def _walk(run: ImportRun, profile: Profile, index: LineIndex, *, is_dry: bool, remembers: bool) -> Walk:
    mapping = CustomerMapping.from_json(run.mapping).for_headers(profile.headers)
    terms = make_terms(run.organisation, mapping, actor=run.actor, is_dry=is_dry)
    return Walk(terms, profile.headers, index=index, remembers=remembers)
