"""What a person does with a file that comes in, whatever it holds: bring it, stop it, take it back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import TableOptions
from backoffice.core.files.working import folders_older
from backoffice.imports.models import CHECK, READ, RUN, UNDO, UNDO_DAYS, FileImport
from backoffice.imports.staging import FOLDER, Staging
from backoffice.jobs.models import Job
from backoffice.jobs.services import enqueue, request_cancel

ABANDONED_DAYS = 7
_PIECE = 1_000
_STRAY_SECONDS = 24 * 3600


class NotPossible(Exception):
    """The import is not at the point where this can be done."""


def check_size(size: int) -> None:
    """Raises ValidationError when a file of so many bytes is empty or too large."""
    if not size:
        raise ValidationError(_("This file is empty. Choose the file that holds your list."), code="empty")
    if size > settings.TABLE_MAX_BYTES:
        message = _("This file is larger than %(count)d MB. Split it, or leave columns out.")
        raise ValidationError(message, code="limit", params={"count": settings.TABLE_MAX_BYTES // 1024**2})


def begin(
    model: type[FileImport],
    *,
    organisation,
    actor,
    name: str,
    chunks: Iterable[bytes],
    kind: str = "",
    options: dict | None = None,
    mapping: dict | None = None,
    **fields,
) -> FileImport:
    """Keep the bytes of a file and have it read, by `options` (TableOptions) where they say how; `fields`
    are those of this kind of import alone.
    """
    staging = Staging.create()
    try:
        size, digest = staging.store_upload(chunks)
        with transaction.atomic():
            run = model.objects.create(
                organisation=organisation,
                actor=actor,
                key=staging.key,
                filename=name[-200:],
                kind=kind,
                size_bytes=size,
                sha256=digest,
                options=options or {},
                mapping=mapping or {},
                created_at=timezone.now(),
                **fields,
            )
            queue(run, READ, actor)
    except BaseException:
        staging.remove()
        raise
    return run


def start_upload(model: type[FileImport], *, organisation, actor, upload: File) -> FileImport:
    """Keep an uploaded file and have it read. Raises ValidationError when it is empty or too large."""
    check_size(upload.size)
    return begin(model, organisation=organisation, actor=actor, name=upload.name, chunks=upload.chunks())


def read_again(run: FileImport, options: TableOptions, *, actor) -> None:
    """Have the file read in another way: encoding, separator, header line or sheet."""
    with held(run, *FileImport.WAITING) as waiting:
        waiting.options, waiting.state, waiting.checked = asdict(options), FileImport.State.UPLOADED, {}
        waiting.profile, waiting.problem = {}, ""
        waiting.save()
        for model in waiting.row_models():
            model.objects.filter(run=waiting).delete()
        queue(waiting, READ, actor)


def have_checked(run: FileImport, mapping: dict, *, actor) -> None:
    """Keep how the file is meant, and have every row checked."""
    with held(run, *FileImport.WAITING) as waiting:
        waiting.mapping, waiting.state, waiting.checked = mapping, FileImport.State.UPLOADED, {}
        waiting.save()
        queue(waiting, CHECK, actor, total=waiting.profile.get("rows"))


def start_unchecked(run: FileImport, mapping: dict, *, actor) -> None:
    """Take the rows of a file in that was read but not checked."""
    with held(run, FileImport.State.UPLOADED) as waiting:
        waiting.mapping, waiting.state = mapping, FileImport.State.RUNNING
        waiting.started_at = timezone.now()
        waiting.save()
        queue(waiting, RUN, actor, total=waiting.profile.get("rows"))
    run.job_id = waiting.job_id


def start_import(run: FileImport, *, actor) -> None:
    """Take the checked rows in; an import that was stopped continues where it was.

    Raises `NotPossible` when its undo has begun.
    """
    with held(run, FileImport.State.CHECKED, FileImport.State.STOPPED) as waiting:
        stopped = waiting.job if waiting.state == FileImport.State.STOPPED else None
        if waiting.state == FileImport.State.STOPPED and (stopped is None or waiting.is_at(UNDO)):
            raise NotPossible
        waiting.state, waiting.actor, waiting.finished_at = FileImport.State.RUNNING, actor, None
        waiting.problem = ""
        waiting.started_at = waiting.started_at or timezone.now()
        waiting.save()
        job = queue(waiting, RUN, actor, total=waiting.profile.get("rows"))
        if stopped:
            job.cursor, job.counts, job.done_count = stopped.cursor, stopped.counts, stopped.done_count
            job.save()


def start_undo(run: FileImport, *, actor) -> None:
    """Take an import back that ended within the last UNDO_DAYS; an undo that was ended goes on.

    Raises `NotPossible`.
    """
    with held(run, FileImport.State.DONE, FileImport.State.STOPPED) as ended:
        if timezone.now() > ended.undo_until:
            raise NotPossible
        earlier = ended.job if ended.is_at(UNDO) else None
        job = queue(ended, UNDO, actor)
        if earlier:
            job.counts, job.done_count = earlier.counts, earlier.done_count
            job.save()


def cancel(run: FileImport, *, actor) -> None:
    """End the job that works on the run; what is in stays in."""
    if run.job:
        request_cancel(run.job, actor=actor)


def settle(run: FileImport) -> FileImport:
    """A run whose job ended without a word, cancelled while it waited or failed, counts as stopped.
    So does one without a job: imports of earlier versions by the command line had none.
    """
    job = run.job
    if run.state != FileImport.State.RUNNING or (job and job.is_active):
        return run
    run.state, run.finished_at = FileImport.State.STOPPED, run.finished_at or timezone.now()
    if job:
        run.finished_at, run.counts, run.problem = job.finished_at, job.counts, job.error
    runs = type(run).objects
    with transaction.atomic():
        # by its job as well: a run that goes on meanwhile has another one
        running = runs.filter(pk=run.pk, state=FileImport.State.RUNNING, job=job)
        values = {name: getattr(run, name) for name in ("state", "finished_at", "counts", "problem")}
        if running.update(**values):
            run.log_end()
            return run
    return runs.select_related("job", "actor").get(pk=run.pk)


def end(run: FileImport, state: str, counts: dict) -> None:
    """What the job of a run says when all is done, or a person has stopped it."""
    run.state, run.finished_at, run.counts = state, timezone.now(), counts
    with transaction.atomic():
        # not again when the worker died between this and the end of the job
        unended = type(run).objects.filter(pk=run.pk, state=FileImport.State.RUNNING)
        if unended.update(state=run.state, finished_at=run.finished_at, counts=run.counts):
            run.log_end()


def end_undo(run: FileImport, actor, counts: dict[str, int]) -> None:
    """What the job of an undo says when all is taken back."""
    run.state, run.undone_at = FileImport.State.UNDONE, timezone.now()
    with transaction.atomic():
        # not again when the worker died between this and the end of the job
        unended = type(run).objects.filter(pk=run.pk).exclude(state=FileImport.State.UNDONE)
        if unended.update(state=run.state, undone_at=run.undone_at):
            run.log("import_undone", actor, **counts)


def forget(run: FileImport) -> None:
    """Leave nothing of a file that only served a dry run, its jobs included."""
    with transaction.atomic():
        Job.objects.filter(organisation=run.organisation, url=run.get_absolute_url()).delete()
        type(run).objects.filter(pk=run.pk).delete()
        Staging(run.key).remove()


def discard(run: FileImport) -> None:
    """Throw away a file that nothing was taken from. The jobs stay in their list, without a page."""
    with held(run, *FileImport.WAITING) as waiting:
        Job.objects.filter(organisation=waiting.organisation, url=waiting.get_absolute_url()).update(url="")
        waiting.delete()
        Staging(run.key).remove()  # within: what cannot be removed now is found again


@contextmanager
def held(run: FileImport, *states: str) -> Iterator[FileImport]:
    """Lock a run that is in one of these states, on which no job works and none has worked since it was
    loaded; else raise `NotPossible`."""
    with transaction.atomic():
        locked = type(run).objects.select_for_update().get(pk=run.pk)
        is_others = locked.job_id != run.job_id or (locked.job and locked.job.is_active)
        if locked.state not in states or is_others:
            raise NotPossible
        yield locked


def queue(run: FileImport, step: str, actor, total: int | None = None) -> Job:
    """Have one of READ, CHECK, RUN and UNDO done by a worker."""
    run.job = enqueue(
        kind=run.job_kind(step),
        organisation=run.organisation,
        actor=actor,
        title=run.filename,
        url=run.get_absolute_url(),
        params={"run": run.pk} | ({} if actor else {"language": get_language()}),
        total_count=total,
    )
    run.save(update_fields=["job"])
    return run.job


def clear_old(model: type[FileImport]) -> None:
    """Hourly: files and rows hold personal data; they go when the import can no longer be taken back."""
    now = timezone.now()
    for run in model.objects.filter(state=FileImport.State.RUNNING).select_related("job", "actor"):
        settle(run)
    # counted from the last time that somebody had it read or checked
    abandoned = model.objects.filter(
        state__in=FileImport.WAITING, job__created_at__lt=now - timedelta(days=ABANDONED_DAYS)
    )
    for run in abandoned:
        with suppress(NotPossible):
            discard(run)
    ended = model.objects.filter(finished_at__lt=now - timedelta(days=UNDO_DAYS + 1)).exclude(profile={})
    for run in ended:
        with suppress(NotPossible):
            _forget_rows(run)


def _forget_rows(run: FileImport) -> None:
    """Of an import that is over, only the log and the figures stay."""
    for model in run.row_models():
        rows = model.objects.filter(run=run).order_by("pk")
        # piece by piece: a million rows at once would keep all other writers waiting
        while ids := list(rows.values_list("pk", flat=True)[:_PIECE]):
            with held(run, *FileImport.ENDED):
                model.objects.filter(pk__in=ids).delete()
    with held(run, *FileImport.ENDED) as ended:
        ended.profile = {}
        ended.save(update_fields=["profile"])
        Staging(run.key).remove()


def clear_strays() -> None:
    """Hourly: files of imports that nobody knows of, because a host died before it could say so."""
    kept = {"kept"}  # of forms that wait, which have a clearing of their own
    for model in FileImport.__subclasses__():
        kept |= set(model.objects.values_list("key", flat=True))
    for key in folders_older(FOLDER, _STRAY_SECONDS) - kept:
        Staging(key).remove()
