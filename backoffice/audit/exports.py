"""The log of files that leave the house, written around the file itself (PRODUCT I9, TRUST §6)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.audit.models import ExportRun
from backoffice.core.files.exports import Digest
from backoffice.core.files.layouts import DownloadRefused, Layout
from backoffice.core.files.resources import Export


class TooManyExports(DownloadRefused):
    """The person has reached the daily limit of exports."""

    status = 429


def give_out(
    export: Export, *, organisation, actor, kind: str, layout: Layout, query: str = ""
) -> Iterator[bytes]:
    """Yield a file, logged before its first byte and complete in the log after its last.

    Raises TooManyExports at the call, not at the first byte.
    """
    if actor is not None:
        _refuse_too_many(organisation, actor)
    run = ExportRun.objects.create(
        organisation=organisation,
        actor=actor,
        kind=kind,
        format=layout.format,
        query=query,
        columns=[column.name for column in export.columns],
        started_at=timezone.now(),
    )
    return _stream(run, export, layout)


def _refuse_too_many(organisation, actor) -> None:
    since = timezone.now() - timedelta(days=1)
    recent = ExportRun.objects.filter(organisation=organisation, actor=actor, started_at__gt=since)
    if recent.exclude(kind__in=ExportRun.IMPORTS).count() >= settings.EXPORTS_PER_USER_AND_DAY:
        raise TooManyExports(_("The daily limit of exports is reached. Try again tomorrow."))


def _stream(run: ExportRun, export: Export, layout: Layout) -> Iterator[bytes]:
    """A reader who goes away leaves the line as started; nothing says complete that is not."""
    counted = _Counted(export.rows)
    digest = Digest(layout.stream(replace(export, rows=counted)))
    yield from digest
    run.rows_count, run.sha256 = counted.count, digest.hexdigest()
    run.status, run.finished_at = ExportRun.Status.DONE, timezone.now()
    run.save()


class _Counted:
    def __init__(self, rows):
        self._rows, self.count = rows, 0

    def __iter__(self):
        for row in self._rows:
            self.count += 1
            yield row
