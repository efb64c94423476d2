"""A whole file of orders in one call, for the command line: the runs and jobs of the browser."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from backoffice.core.files.refused import Fault, RefusedFile
from backoffice.imports import runs
from backoffice.imports.at_once import bring, take_in
from backoffice.imports.profiling import FileProfile
from orders.importing.jobs import grouped_rows
from orders.importing.mapping import OrderMapping
from orders.importing.reading import OrderReader
from orders.importing.walking import OrderCounts, OrderWalk
from orders.models import OrderImport


@dataclass
class OrderFileImport:
    """What became of a file."""

    counts: OrderCounts = field(default_factory=OrderCounts)
    ignored_columns: list[str] = field(default_factory=list)
    seconds: float = 0.0


def import_orders(
    file: BinaryIO,
    *,
    organisation,
    name: str = "",
    actor=None,
    refused: TextIO | None = None,
    progress: Callable[[int], None] | None = None,
) -> OrderFileImport:
    """Take orders in from CSV or XLSX; the import can be seen, and taken back, in the browser.

    `refused` gets the lines of refused orders with the reasons, `progress` the lines done so far. Raises
    ValidationError when the file is no list of orders; nothing is written then. A second run changes
    nothing.
    """
    started = time.monotonic()
    run = bring(OrderImport, file, organisation=organisation, actor=actor, name=name)
    mapping = OrderMapping.from_json(run.mapping)
    try:
        mapping.check()
        runs.start_unchecked(run, mapping.to_json(), actor=actor)
    except BaseException:
        runs.forget(run)
        raise
    run = take_in(run, progress)
    if refused:
        deque(refused_lines(run, refused), maxlen=0)
    return OrderFileImport(OrderCounts.from_json(run.counts), mapping.ignored, time.monotonic() - started)


def refused_lines(run: OrderImport, file: TextIO, *, delimiter: str = ",") -> Iterator[None]:
    """Write the lines of orders that stay out with the reasons, as the iterator goes on: found by walking
    over the file again, so that nothing of them has to be kept. Raises ValidationError when it is gone.
    """
    mapping = OrderMapping.from_json(run.mapping)
    out = RefusedFile(file, FileProfile.from_json(run.profile).headers, delimiter=delimiter)

    def refuse(order, fault: Fault) -> None:
        for row in order.rows:
            out.add(fault.line, [fault], row.cells)

    walk = OrderWalk(OrderReader(run.organisation, mapping), refuse=refuse)
    return walk.foresee(grouped_rows(run, mapping).orders())
