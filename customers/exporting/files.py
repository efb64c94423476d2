"""Guests out of the house: streamed, one moment in time, logged (TRUST I9, §6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import repeat

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.audit.models import ExportRun
from backoffice.core.database.bulk import read_columns
from backoffice.core.files.exports import Column, CsvDialect, Digest, write_csv, write_xlsx
from backoffice.core.text.periods import local_day
from customers.exporting.columns import CustomerResource

# Server-side on PostgreSQL, fetchmany on SQLite: either way so many rows are in memory
_ROWS_PER_FETCH = 2_000


class TooManyExports(Exception):
    """The person has reached the daily limit of exports."""


@dataclass(frozen=True)
class Layout:
    """How a file is written: `csv` or `xlsx`, which columns (none: all), whose separators."""

    format: str
    dialect: CsvDialect
    columns: list[str] = field(default_factory=list)
    labelled: bool = False


def start_export(
    *, organisation, actor, kind: str, layout: Layout, columns: list[Column], query: str = ""
) -> ExportRun:
    """Write the log line that precedes the first byte. Raises TooManyExports."""
    now = timezone.now()
    if actor is not None:
        recent = ExportRun.objects.filter(
            organisation=organisation, actor=actor, started_at__gt=now - timedelta(days=1)
        )
        if recent.count() >= settings.EXPORTS_PER_USER_AND_DAY:
            raise TooManyExports
    return ExportRun.objects.create(
        organisation=organisation,
        actor=actor,
        kind=kind,
        format=layout.format,
        query=query,
        columns=[column.name for column in columns],
        started_at=now,
    )


def stream_file(
    run: ExportRun, rows: Iterator[tuple], *, columns: list[Column], layout: Layout, title: str, tz
) -> Iterator[bytes]:
    """Yield the file, then complete the log line with rows and SHA-256.

    A reader who goes away leaves the line as started; nothing says complete that is not.
    """
    counted = _Counted(rows)
    if layout.format == "csv":
        chunks = write_csv(columns, counted, dialect=layout.dialect, tz=tz, labelled=layout.labelled)
    else:
        chunks = write_xlsx(columns, counted, title=title, tz=tz, labelled=layout.labelled)
    digest = Digest(chunks)
    yield from digest
    run.rows_count, run.sha256 = counted.count, digest.hexdigest()
    run.status, run.finished_at = ExportRun.Status.DONE, timezone.now()
    run.save()


def export_customers(
    queryset: QuerySet, *, organisation, actor, layout: Layout, title: str, query: str = ""
) -> Iterator[bytes]:
    """Yield a file of the guests in `queryset`, in its order. Logged before the first byte.

    Raises TooManyExports at the call, not at the first byte.
    """
    fields = CustomerResource().columns(layout.columns)
    columns = [Column(item.column_name, str(item.label), item.kind) for item in fields]
    run = start_export(
        organisation=organisation,
        actor=actor,
        kind=ExportRun.Kind.CUSTOMERS,
        layout=layout,
        columns=columns,
        query=query,
    )
    today = local_day(timezone.now(), organisation.tz)
    rows = customer_rows(queryset, fields, today)
    return stream_file(run, rows, columns=columns, layout=layout, title=title, tz=organisation.tz)


def customer_rows(queryset: QuerySet, fields: list, today: date) -> Iterator[tuple]:
    """Yield one tuple per guest with the values of `fields`. One statement, so one snapshot."""
    lookups = list(dict.fromkeys(lookup for item in fields for lookup in item.lookups))
    places = {lookup: place for place, lookup in enumerate(lookups)}
    for values in read_columns(queryset, lookups, _ROWS_PER_FETCH):
        columns = []
        for item in fields:
            chosen = [values[places[lookup]] for lookup in item.lookups]
            columns.append(map(item.make, repeat(today), *chosen) if item.make else chosen[0])
        yield from zip(*columns, strict=True)


class _Counted:
    def __init__(self, rows):
        self._rows, self.count = rows, 0

    def __iter__(self):
        for row in self._rows:
            self.count += 1
            yield row
