"""The four jobs of an import of orders; what all imports share is in `backoffice.imports.jobs`."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import Row
from backoffice.imports import jobs as imports
from backoffice.imports.profiling import FileProfile
from backoffice.imports.staging import StagedRow, Staging
from backoffice.jobs.kinds import labelled
from backoffice.jobs.running import RunningJob
from orders.importing.grouping import GroupedRows, OrderRows
from orders.importing.mapping import OrderMapping
from orders.importing.profiling import OrderProfiler
from orders.importing.reading import OrderReader
from orders.importing.remembering import suggested
from orders.importing.traces import keep_traces
from orders.importing.undoing import undo_chunks
from orders.importing.walking import OrderCounts, OrderWalk
from orders.models import Order, OrderImport
from orders.recording import Batch, OrderRecorder

GROUPED = "orders.2.sqlite3"  # counted up when its rows are kept otherwise: a file of before is built anew


@labelled(_("Reading a list of orders"))
def read_file(running: RunningJob) -> None:
    """Find out what the file is, and stage its rows."""
    run = imports.run_of(running, OrderImport)
    imports.read_file(
        running,
        run,
        profiler=OrderProfiler,
        suggest=lambda profile: suggested(run, profile).to_json(),
    )


@labelled(_("Check of an import of orders"))
def check_import(running: RunningJob) -> None:
    """Walk over all orders without writing one."""
    run = imports.run_of(running, OrderImport)
    with imports.in_words():
        mapping = OrderMapping.from_json(run.mapping)
        grouped = grouped_rows(run, mapping, anew=True, watch=running.give_way)
        walk = OrderWalk(OrderReader(run.organisation, mapping))
        for _part in walk.foresee(_orders(grouped, running)):
            running.advance(done=walk.counts.rows, total=run.profile["rows"])
    imports.end_check(running, run, walk.counts.to_json())


@labelled(_("Import of orders"))
def run_import(running: RunningJob) -> None:
    """Take the orders in, a batch per transaction; what the check refused stays out."""
    imports.take_in(running, imports.run_of(running, OrderImport), _take_in)


def _take_in(run: OrderImport, running: RunningJob) -> None:
    mapping = OrderMapping.from_json(run.mapping)
    mapping.check()
    grouped = grouped_rows(run, mapping, watch=running.give_way)
    counts = OrderCounts.from_json(running.job.counts)
    walk = OrderWalk(OrderReader(run.organisation, mapping), counts)

    def within(batch: Batch) -> None:
        """In the transaction of the batch: its orders are in, or none of this happened."""
        walk.settle(batch)
        keep_traces(run, batch)
        report(cursor={"line": walk.line})

    def report(**more) -> None:
        running.advance(done=counts.rows, total=run.profile["rows"], counts=counts.to_json(), **more)

    recorder = OrderRecorder(run.organisation, brought_by=run, within=within)
    behind = (running.job.cursor or {}).get("line", 0)
    walk.record(_orders(grouped, running, behind), recorder, running.give_way)
    # asked at the end: a part of the orders may have come in before the job was interrupted
    customers = Order.objects.filter(brought_by=run).exclude(customer=None).values("customer").distinct()
    counts.customers_found = customers.count() - counts.customers_created
    report(cursor={"line": walk.line or behind})


@labelled(_("Undo of an import of orders"))
def undo_import(running: RunningJob) -> None:
    """Take an import back, its last order first."""
    undo_chunks(imports.run_of(running, OrderImport), running)


def _orders(grouped: GroupedRows, running: RunningJob, behind: int = 0) -> Iterator[OrderRows]:
    """The first one comes when all are sorted, which cannot report."""
    orders = grouped.orders(behind)
    with running.long_step():
        first = next(orders, None)
    return iter(()) if first is None else chain([first], orders)


def grouped_rows(
    run: OrderImport,
    mapping: OrderMapping,
    *,
    anew: bool = False,
    watch: Callable[[], None] = lambda: None,
) -> GroupedRows:
    """The rows of a staged file by order; `watch` is called for each row that is taken in. Raises
    ValidationError when the file is gone.
    """
    staging, profile = Staging(run.key), FileProfile.from_json(run.profile)
    header = mapping.headers["order_id"]
    grouped = GroupedRows(staging.made_of_rows(GROUPED, header), profile.headers, header)
    if anew or not grouped.is_built:
        grouped.build(_watched(staging.read_rows(profile.headers), watch))
    return grouped


def _watched(staged: Iterable[StagedRow], watch: Callable[[], None]) -> Iterator[Row]:
    for one in staged:
        watch()
        yield one.row
