"""What a person does with an import: bring a file, say how it is meant, start it, take it back."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import TableOptions
from backoffice.core.text.names import split_name
from backoffice.jobs.models import Job
from backoffice.jobs.services import enqueue, request_cancel
from customers.importing.kept import clear_kept_files
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.importing.profiling import Profile, open_questions, remember_mapping
from customers.importing.reading import CustomerReader
from customers.importing.staging import Staging
from customers.importing.terms import make_terms
from customers.importing.trail import log_import
from customers.importing.values import email_list
from customers.models import ImportCorrection, ImportEffect, ImportRow, ImportRun
from customers.models.imports import UNDO_DAYS

READ, CHECK, RUN, UNDO = (f"customers.{verb}_import" for verb in ("read", "check", "run", "undo"))
ABANDONED_DAYS = 7
_PIECE = 1_000


class NotPossible(Exception):
    """The import is not at the point where this can be done."""


def start_upload(
    *,
    organisation,
    actor,
    name: str,
    size: int,
    chunks: Iterable[bytes],
    consent: ConsentBasis | None = None,
    options: TableOptions | None = None,
) -> ImportRun:
    """Keep an uploaded file and have it read, by `options` where they say how. With `consent` every
    row counts as a yes to marketing that says nothing else. Raises ValidationError when the file is
    empty or too large.
    """
    require_size(size)
    return _begin(organisation, actor, name, chunks, consent, options=asdict(options) if options else None)


def require_size(size: int) -> None:
    """Raises ValidationError for a file that is empty or too large."""
    if not size:
        raise ValidationError(_("This file is empty. Choose the file that holds your list."), code="empty")
    if size > settings.TABLE_MAX_BYTES:
        message = _("This file is larger than %(count)d MB. Split it, or leave columns out.")
        raise ValidationError(message, code="limit", params={"count": settings.TABLE_MAX_BYTES // 1024**2})


def start_paste(
    *, organisation, actor, text: str, name: str, consent: ConsentBasis | None = None
) -> ImportRun:
    """Keep pasted e-mails as a file of their own; else as `start_upload`. Raises ValidationError
    when there is none.
    """
    people = list(email_list(text))
    if not people:
        raise ValidationError(_("Paste at least one e-mail."), code="empty")
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["email", "first_name", "last_name"])
    for _line, full_name, email in people:
        writer.writerow([email, *split_name(full_name)])
    kind = ImportRun.Kind.PASTED
    chunks = [content.getvalue().encode()]
    return _begin(organisation, actor, name, chunks, consent, kind=kind, options=_PASTED)


_PASTED = {"encoding": "utf-8", "delimiter": ",", "header_line": 1}


def _begin(organisation, actor, name, chunks, consent, *, kind="", options: dict | None = None) -> ImportRun:
    mapping = CustomerMapping(consent=consent, subscribe_all=consent is not None)
    staging = Staging.create()
    try:
        size, digest = staging.store_upload(chunks)
        with transaction.atomic():
            run = ImportRun.objects.create(
                organisation=organisation,
                actor=actor,
                key=staging.key,
                filename=name[-200:],
                kind=kind,
                size_bytes=size,
                sha256=digest,
                options=options or {},
                mapping=mapping.to_json(),
                created_at=timezone.now(),
            )
            _enqueue(run, READ, actor)
    except BaseException:
        staging.remove()
        raise
    return run


def read_again(run: ImportRun, options: TableOptions, *, actor) -> None:
    """Have the file read in another way: encoding, separator, header line or sheet."""
    with _held(run, *ImportRun.WAITING) as held:
        held.options, held.state, held.checked = asdict(options), ImportRun.State.UPLOADED, {}
        held.profile, held.problem = {}, ""
        held.save()
        ImportRow.objects.filter(run=run).delete()
        ImportCorrection.objects.filter(run=run).delete()
        _enqueue(held, READ, actor)


def start_check(run: ImportRun, mapping: CustomerMapping, *, actor, by_hand: bool = True) -> None:
    """Keep how the file is meant, and have every row checked.

    Raises ValidationError when a column is missing or named twice; `by_hand` also when it leaves a
    question open, and what a person has chosen is remembered for the next file.
    """
    profile = Profile.from_json(run.profile)
    mapping = _fitting(run, profile, mapping)
    if by_hand and (questions := open_questions(profile, mapping)):
        message = _("Say whether the day or the month comes first in: %(names)s.")
        raise ValidationError(message, code="day_order", params={"names": ", ".join(questions)})
    with _held(run, *ImportRun.WAITING) as held:
        held.mapping, held.state, held.checked = mapping.to_json(), ImportRun.State.UPLOADED, {}
        held.save()
        _enqueue(held, CHECK, actor, total=profile.rows)
    # columns without names of their own tell nothing about the next file
    if by_hand and profile.header_line and run.kind != ImportRun.Kind.PASTED:
        remember_mapping(run.organisation, profile, mapping)


def _fitting(run: ImportRun, profile: Profile, mapping: CustomerMapping) -> CustomerMapping:
    """The mapping for the columns of this file. Raises ValidationError when it cannot be used."""
    mapping = mapping.for_headers(profile.headers)
    mapping.check()
    CustomerReader(run.organisation, profile.headers, mapping)
    make_terms(run.organisation, mapping)
    return mapping


def start_unchecked(run: ImportRun, mapping: CustomerMapping, *, actor) -> None:
    """Take the rows of a file in that was read but not checked. Raises ValidationError as `start_check`."""
    profile = Profile.from_json(run.profile)
    mapping = _fitting(run, profile, mapping)
    with _held(run, ImportRun.State.UPLOADED) as held:
        held.mapping, held.state = mapping.to_json(), ImportRun.State.RUNNING
        held.started_at = timezone.now()
        held.save()
        _enqueue(held, RUN, actor, total=profile.rows)
    run.job_id = held.job_id


def start_import(run: ImportRun, *, actor) -> None:
    """Take the checked rows in; an import that was stopped continues where it was.

    Raises `NotPossible` when its undo has begun.
    """
    with _held(run, ImportRun.State.CHECKED, ImportRun.State.STOPPED) as held:
        stopped = held.job if held.state == ImportRun.State.STOPPED else None
        if held.state == ImportRun.State.STOPPED and (stopped is None or stopped.kind == UNDO):
            raise NotPossible
        held.state, held.actor, held.finished_at = ImportRun.State.RUNNING, actor, None
        held.problem = ""
        held.started_at = held.started_at or timezone.now()
        held.save()
        job = _enqueue(held, RUN, actor, total=Profile.from_json(held.profile).rows)
        if stopped:
            job.cursor, job.counts, job.done_count = stopped.cursor, stopped.counts, stopped.done_count
            job.save()


def start_undo(run: ImportRun, *, actor) -> None:
    """Take an import back that ended within the last UNDO_DAYS; an undo that was ended goes on.

    Raises `NotPossible`.
    """
    with _held(run, ImportRun.State.DONE, ImportRun.State.STOPPED) as held:
        if timezone.now() > held.undo_until:
            raise NotPossible
        ended = held.job
        job = _enqueue(held, UNDO, actor)
        if ended and ended.kind == UNDO:
            job.counts, job.done_count = ended.counts, ended.done_count
            job.save()


def cancel(run: ImportRun, *, actor) -> None:
    """End the job that works on the run; what is in stays in."""
    if run.job:
        request_cancel(run.job, actor=actor)


def settle(run: ImportRun) -> ImportRun:
    """A run whose job ended without a word, cancelled while it waited or failed, counts as stopped.
    So does one without a job: imports of earlier versions by the command line had none.
    """
    job = run.job
    if run.state != ImportRun.State.RUNNING or (job and job.is_active):
        return run
    run.state, run.finished_at = ImportRun.State.STOPPED, run.finished_at or timezone.now()
    if job:
        run.finished_at, run.counts, run.problem = job.finished_at, job.counts, job.error
    with transaction.atomic():
        # by its job as well: a run that goes on meanwhile has another one
        running = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING, job=job)
        values = {name: getattr(run, name) for name in ("state", "finished_at", "counts", "problem")}
        if running.update(**values):
            log_import(run)
            return run
    return ImportRun.objects.select_related("job", "actor").get(pk=run.pk)


def forget(run: ImportRun) -> None:
    """Leave nothing of a file that only served a dry run, its jobs included."""
    Job.objects.filter(organisation=run.organisation, url=run.get_absolute_url()).delete()
    ImportRun.objects.filter(pk=run.pk).delete()
    Staging(run.key).remove()


def discard(run: ImportRun) -> None:
    """Throw away a file that nothing was taken from."""
    with _held(run, *ImportRun.WAITING) as held:
        _delete(held)
    Staging(run.key).remove()


def _delete(run: ImportRun) -> None:
    """The jobs stay in their list, without a page to lead to."""
    Job.objects.filter(organisation=run.organisation, url=run.get_absolute_url()).update(url="")
    run.delete()


@contextmanager
def _held(run: ImportRun, *states: str) -> Iterator[ImportRun]:
    """Lock a run that is in one of these states, on which no job works and none has worked since it was
    loaded; else raise `NotPossible`."""
    with transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if held.state not in states or held.job_id != run.job_id or (held.job and held.job.is_active):
            raise NotPossible
        yield held


def _enqueue(run: ImportRun, kind: str, actor, total: int | None = None) -> Job:
    run.job = enqueue(
        kind=kind,
        organisation=run.organisation,
        actor=actor,
        title=run.filename,
        url=run.get_absolute_url(),
        params={"run": run.pk} | ({} if actor else {"language": get_language()}),
        total_count=total,
    )
    run.save(update_fields=["job"])
    return run.job


def clear_old_imports() -> None:
    """Hourly: files and rows hold personal data; they go when the import can no longer be taken back."""
    clear_kept_files()
    now = timezone.now()
    for run in ImportRun.objects.filter(state=ImportRun.State.RUNNING).select_related("job", "actor"):
        settle(run)
    # counted from the last time that somebody had it read or checked
    abandoned = ImportRun.objects.filter(
        state__in=ImportRun.WAITING, job__created_at__lt=now - timedelta(days=ABANDONED_DAYS)
    )
    for run in abandoned:
        with suppress(NotPossible):
            discard(run)
    ended = ImportRun.objects.filter(finished_at__lt=now - timedelta(days=UNDO_DAYS + 1)).exclude(profile={})
    for run in ended:
        with suppress(NotPossible):
            _forget(run)


def _forget(run: ImportRun) -> None:
    """Of an import that is over, only the log and the figures stay."""
    for model in (ImportRow, ImportCorrection, ImportEffect):
        rows = model.objects.filter(run=run).order_by("line")
        # piece by piece: a million rows at once would keep all other writers waiting
        while ids := list(rows.values_list("pk", flat=True)[:_PIECE]):
            with _held(run, *ImportRun.ENDED):
                model.objects.filter(pk__in=ids).delete()
    with _held(run, *ImportRun.ENDED) as held:
        held.profile = {}
        held.save(update_fields=["profile"])
    Staging(run.key).remove()
