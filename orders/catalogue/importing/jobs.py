"""The four jobs of an import of products; what all imports share is in `backoffice.imports.jobs`."""

from collections.abc import Iterator
from typing import TextIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.refused import RefusedFile
from backoffice.imports import jobs as imports
from backoffice.imports import runs
from backoffice.imports.mapping import ColumnMapping, earlier_mapping
from backoffice.imports.profiling import FileProfile
from backoffice.imports.staging import Staging
from backoffice.jobs.kinds import labelled
from backoffice.jobs.running import RunningJob
from orders.catalogue.importing.fields import NAME, ProductProfiler
from orders.catalogue.importing.reading import ProductReader
from orders.catalogue.importing.undoing import undo_chunks
from orders.catalogue.importing.walking import ProductCounts, ProductWalk, in_chunks
from orders.models import ProductImport

MOST_ROWS = 50_000  # no menu is longer; the names of one file are kept in memory


def start_check(run: ProductImport, mapping: ColumnMapping, *, actor) -> None:
    """Keep how the file is meant, and have every row checked. Raises ValidationError when no column is the
    name."""
    if NAME not in mapping.headers:
        raise ValidationError(_("Say which column is the name of the product."), code="missing")
    runs.have_checked(run, mapping.to_json(), actor=actor)


@labelled(_("Reading a list of products"))
def read_file(running: RunningJob) -> None:
    """Find out what the file is, and stage its rows."""
    run = imports.run_of(running, ProductImport)
    imports.read_file(
        running,
        run,
        profiler=ProductProfiler,
        suggest=lambda profile: (
            earlier_mapping(run, profile.headers) or ColumnMapping.guessed(profile).to_json()
        ),
    )


@labelled(_("Check of an import of products"))
def check_import(running: RunningJob) -> None:
    """Walk over all rows without writing one."""
    run = imports.run_of(running, ProductImport)
    with imports.in_words():
        if run.profile["rows"] > MOST_ROWS:
            message = _("A list of products has at most %(count)d rows. Split the file.")
            raise ValidationError(message, code="limit", params={"count": MOST_ROWS})
        walk = _walk(run)
        for _part in walk.foresee(_rows(run)):
            running.advance(done=walk.counts.rows, total=run.profile["rows"])
    imports.end_check(running, run, walk.counts.to_json())


@labelled(_("Import of products"))
def run_import(running: RunningJob) -> None:
    """Add and change products, a chunk per transaction; what the check refused stays out."""
    imports.take_in(running, imports.run_of(running, ProductImport), _take_in)


def _take_in(run: ProductImport, running: RunningJob) -> None:
    behind = (running.job.cursor or {}).get("line", 0)
    walk = _walk(run, counts=ProductCounts.from_json(running.job.counts))
    for rows in in_chunks(_rows(run)):
        running.give_way()
        if rows[-1].line <= behind:
            walk.skip(rows)
            continue
        with transaction.atomic():
            walk.store(rows, run)
            running.advance(
                done=walk.counts.rows,
                total=run.profile["rows"],
                counts=walk.counts.to_json(),
                cursor={"line": rows[-1].line},
            )


@labelled(_("Undo of an import of products"))
def undo_import(running: RunningJob) -> None:
    """Take an import back, its last row first."""
    undo_chunks(imports.run_of(running, ProductImport), running)


def refused_lines(run: ProductImport, file: TextIO, *, delimiter: str = ",") -> Iterator[None]:
    """Write the rows that stay out with the reasons, as the iterator goes on, found by walking over the file
    again. Raises ValidationError when it is gone."""
    out = RefusedFile(file, FileProfile.from_json(run.profile).headers, delimiter=delimiter)
    walk = _walk(run, refuse=lambda row, faults: out.add(row.line, faults, row.cells))
    return walk.foresee(_rows(run))


def clear_old_imports() -> None:
    """Hourly, of files of products."""
    runs.clear_old(ProductImport)


def _rows(run: ProductImport):
    headers = FileProfile.from_json(run.profile).headers
    return (staged.row for staged in Staging(run.key).read_rows(headers))


def _walk(run: ProductImport, **more) -> ProductWalk:
    reader = ProductReader(run.organisation, ColumnMapping.from_json(run.mapping))
    return ProductWalk(run.organisation, reader, **more)
