"""Everything the bench measures, in the order in which it disturbs the least."""

from collections.abc import Callable, Iterator

from tests.bench.crowd import crowd
from tests.bench.files import Files
from tests.bench.load import load
from tests.bench.mails import Mails
from tests.bench.orders import Orders
from tests.bench.pages import Pages
from tests.bench.report import Row
from tests.bench.reports import Reports
from tests.bench.starting import cold_start
from tests.bench.tills import tills


def measure(
    organisation, customers: int, *, runs: int, alone: bool, only: set[str], tell: Callable[[str], None]
) -> Iterator[Row]:
    """Yield the rows of the chosen goals, all without any. What writes comes last."""
    pages, files = Pages(organisation, customers, runs, alone), Files(customers, runs, alone)
    reports = Reports(organisation, customers, runs, alone)
    orders, mails = Orders(organisation, customers, runs), Mails(organisation, runs, peers=not alone)
    steps = [
        ({"F1"}, pages.first_page),
        ({"F1"}, lambda: crowd(runs)),
        ({"F1"}, lambda: load(runs)),
        ({"F2"}, pages.sorts),
        ({"F3"}, pages.later_pages),
        ({"F4"}, pages.searches),
        ({"F5"}, pages.worst_searches),
        ({"F6"}, pages.profile),
        ({"F7"}, pages.key_figures),
        ({"F17"}, reports.receipts),
        ({"F18"}, reports.products),
        ({"F16"}, pages.queries),
        ({"F15"}, lambda: cold_start(runs)),
        ({"F8"}, files.csv_export),
        ({"F9"}, files.xlsx_export),
        ({"F21"}, mails.choosing),
        ({"F21"}, mails.handing_over),
        ({"F14"}, orders.check),
        ({"F12"}, lambda: tills(organisation, customers, runs)),
        ({"F13"}, orders.batches),
        ({"F10", "F11"}, files.import_),
    ]
    for goals, step in steps:
        if not only or goals & only:
            tell(", ".join(sorted(goals)))
            yield from step()
