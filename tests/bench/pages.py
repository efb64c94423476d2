"""F1 to F7 and F16: pages over the same server, limit and peer in turn."""

from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.core.pages.paging import Cursor
from backoffice.core.text.periods import local_day
from customers.figures.key_figures import count_customers, key_figures
from customers.models import Customer
from tests.bench import building, customer_rows
from tests.bench.report import AT_A_MILLION, Row
from tests.bench.timing import Measured, in_turn

FLOOR = "/bench/floor/"
STOCK = "/bench/stock/customers/customer/"
ANNOTATED = "/bench/annotated/customers/customer/"
SUMMED = "/bench/summed/orders/order/"
PEERS = (STOCK, ANNOTATED, SUMMED)
_SECONDS = 40.0  # for all runs of one page


def signed_in() -> Client:
    client = Client(headers={"Accept-Language": "de"})
    client.force_login(get_user_model().objects.get(email=building.MANAGER))
    return client


class Pages:
    """Measures pages of one organisation with `customers` customers."""

    def __init__(self, organisation, customers: int, runs: int, alone: bool):
        self.organisation, self.customers, self.runs, self.alone = organisation, customers, runs, alone
        self.client = signed_in()
        self.is_sqlite = connection.vendor == "sqlite"
        self.is_million = customers >= AT_A_MILLION

    def get(self, path: str):
        def action():
            response = self.client.get(path)
            if response.status_code != 200:
                raise RuntimeError(f"{path}: {response.status_code}")

        return action

    def compare(self, *paths: str) -> list[Measured | None]:
        """The pages in turn; None for a peer that is left out."""
        return self._in_turn(*(self._unless_left_out(path) for path in paths))

    def _unless_left_out(self, path: str):
        return None if self.alone and path.startswith(PEERS) else self.get(path)

    def _in_turn(self, *actions) -> list[Measured | None]:
        times = iter(in_turn(*filter(None, actions), runs=self.runs, budget=_SECONDS))
        return [next(times) if action else None for action in actions]

    # ---- Goals --------------------------------------------------------------------------------

    def first_page(self):
        """F1"""
        wanted = (40 if self.is_sqlite else 20) if self.is_million else None
        own, region, floor, peer = self._first()
        yield self._row("F1", "list, first page, newest first", own, floor, peer, wanted)
        yield self._row("F1", "the same, as htmx asks for it (no frame)", region, floor, peer, wanted)
        for sort in ("name", "-revenue", "country"):
            own, floor = self.compare(f"/customers/?sort={sort}", FLOOR)
            yield self._row("F1", f"list, sorted by {sort}", own, floor)

    def _first(self) -> list[Measured]:
        def region():
            self.client.get("/customers/", headers={"HX-Request": "true"})

        own, floor = self.get("/customers/"), self.get(FLOOR)
        return self._in_turn(own, region, floor, self._unless_left_out(STOCK))

    def sorts(self):
        """F2"""
        wanted = 900 if self.is_million else None
        own, floor, peer = self.compare("/customers/?sort=-revenue", FLOOR, ANNOTATED)
        yield self._row("F2", "sorted by revenue; peer sums orders", own, floor, peer, wanted)
        for sort in ("-orders", "-average", "-monthly", "-last_order", "-points"):
            own, floor = self.compare(f"/customers/?sort={sort}", FLOOR)
            yield self._row("F2", f"sorted by {sort}", own, floor)

    def later_pages(self):
        """F3"""
        most = 0.05 if self.is_sqlite else 0.1
        middle = self.customers // 2
        cursor = self._cursor(middle)
        own, floor, peer = self.compare(f"/customers/?after={cursor}", FLOOR, f"{STOCK}?p={middle // 50}")
        yield self._row("F3", "page in the middle", own, floor, peer, 5 if self.is_million else None)
        own, peer = self.compare("/customers/?page=last", f"{STOCK}?p={(self.customers - 1) // 50}")
        yield self._absolute("F3", "last page", own, most, peer, 5 if self.is_million else None)

    def _cursor(self, position: int) -> str:
        number = self.customers - position
        row = Customer.objects.of(self.organisation).filter(email__contains=f"{number}@").first()
        row = row or Customer.objects.of(self.organisation).order_by("pk")[number]
        return Cursor(row.joined_at, row.pk, position).encode()

    def searches(self):
        """F4"""
        first, last = customer_rows.names_of(12, self.customers)
        mail = customer_rows.email_of(first, last, 12).partition("@")[0][-9:]
        phone = customer_rows.phone_of(12)[-8:]
        base = self.compare("/customers/")[0].median
        for what, query in (
            ("part of a phone number", phone),
            ("part of an e-mail", mail),
            ("a rare name", customer_rows.RARE_NAME.lower()),
        ):
            own, peer = self.compare(f"/customers/?q={query}", f"{STOCK}?q={query}")
            yield Row(
                goal="F4",
                what=f"search, {what}",
                own=own,
                limit=base,
                limit_name="list",
                allowed=1.5,
                peer=peer,
                peer_wanted=40 if self.is_million else None,
            )

    def worst_searches(self):
        """F5"""
        most = 0.25 if self.is_sqlite else 0.1
        for what, query in (
            ("a term in four of five customers", "example"),
            ("two letters", "an"),
            ("many hits, all behind the sort", customer_rows.OLD_NAME.lower()),
            ("many hits, sorted by revenue", f"{customer_rows.OLD_NAME.lower()}&sort=-revenue"),
        ):
            own, peer = self.compare(f"/customers/?q={query}", f"{STOCK}?q={query.partition('&')[0]}")
            yield self._absolute("F5", f"search, {what}", own, most, peer, 1 if self.is_million else None)

    def profile(self):
        """F6"""
        pk = self._keenest()
        own, floor = self.compare(f"/customers/{pk}/", FLOOR)
        yield self._row("F6", "profile of the customer with most orders", own, floor, allowed=2.5)

    def _keenest(self) -> int:
        mine = Customer.objects.of(self.organisation).filter(stats__organisation=self.organisation)
        return mine.order_by("-stats__receipts_count").values_list("pk", flat=True)[0]

    def key_figures(self):
        """F7"""
        today = local_day(timezone.now(), self.organisation.tz)
        location = self.organisation.locations.first()

        def measure(**chosen):
            counters = count_customers(self.organisation, **chosen)
            key_figures(self.organisation, today=today, counters=counters, **chosen)

        every, some = in_turn(
            measure, lambda: measure(location=location, sources=["web", "store"]), runs=self.runs
        )
        yield self._absolute("F7", "key figures, all", every, 0.01)
        yield self._absolute("F7", "key figures, one location and two sources", some, 0.01)

    def queries(self):
        """F16"""
        for what, path in (("list", "/customers/"), ("profile", f"/customers/{self._keenest()}/")):
            self.get(path)()  # the first page of a session notes where it was opened
            with _counted() as captured:
                self.get(path)()
            count = Measured(float(len(captured)), 1, float(len(captured)))
            yield Row("F16", f"queries, {what}", count, 8.0, allowed=1.0, unit="queries")

    # ---- Rows ---------------------------------------------------------------------------------

    def _row(self, goal, what, own, floor, peer=None, wanted=None, allowed=3.0) -> Row:
        return Row(
            goal=goal,
            what=what,
            own=own,
            limit=floor.median,
            limit_name="floor",
            allowed=allowed,
            peer=peer,
            peer_wanted=wanted,
        )

    def _absolute(self, goal, what, own, most, peer=None, wanted=None) -> Row:
        return Row(goal, what, own, most, "at most", 1.0, peer, peer_wanted=wanted)


@contextmanager
def _counted():
    with CaptureQueriesContext(connection) as captured:
        yield captured
