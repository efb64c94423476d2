"""F17 and F18: the reports of receipts and of products, as pages and as the sums below them."""

from collections.abc import Iterator

from django.db.models import F, Sum
from django.http import QueryDict
from django.utils import timezone

from backoffice.core.pages.kept import forget_kept
from backoffice.core.pages.periods import Period
from backoffice.core.text.periods import local_day
from orders.catalogue.sums import sums_by_product
from orders.models import OrderLine
from orders.report.state import ReportState
from orders.report.totals import totals_of
from tests.bench.pages import FLOOR, SUMMED, Pages
from tests.bench.report import Row
from tests.bench.timing import in_turn

_AT_MOST = 0.01  # of totals that the figures per day know


class Reports(Pages):
    """Measures reports over ten orders of each of `customers` customers."""

    def receipts(self) -> Iterator[Row]:
        """F17"""
        wanted = 20 if self.is_million else None
        own, floor, peer = self.compare("/orders/?period=all", FLOOR, SUMMED)
        yield self._row("F17", "receipts of all time, with totals", own, floor, peer, wanted)
        location = self.organisation.locations.first().pk
        for what, query in (
            ("this month", "period=month"),
            ("this year", "period=year"),
            ("one location and source", f"period=all&location={location}&source=web"),
            ("one customer", f"customer={self._keenest()}"),
            ("deliveries, totals capped", "period=all&service=delivery"),
        ):
            own, floor = self.compare(f"/orders/?{query}", FLOOR)
            yield self._row("F17", f"receipts: {what}", own, floor)
        anew, floor = self._in_turn(self._made_anew, self.get(FLOOR))
        what, note = "receipts: this month, just after a write", "figures made anew; no goal of its own"
        yield Row("F17", what, anew, limit=floor.median, limit_name="floor", note=note)
        every, month = in_turn(
            *(lambda query=query: self._totals(query) for query in ("period=all", "period=month")),
            runs=self.runs,
        )
        yield self._absolute("F17", "totals of all time, as the rollup knows them", every, _AT_MOST)
        yield self._absolute("F17", "totals of this month", month, _AT_MOST)

    def _made_anew(self) -> None:
        forget_kept()
        self.get("/orders/?period=month")()

    def _totals(self, query: str) -> None:
        today = local_day(timezone.now(), self.organisation.tz)
        state = ReportState(QueryDict(query), organisation=self.organisation, today=today)
        if totals_of(state).is_capped:
            raise RuntimeError("These totals are to be known.")

    def products(self) -> Iterator[Row]:
        """F18"""
        for what, query in (
            ("this month", "period=month"),
            ("all time", "period=all"),
            ("one customer", f"customer={self._keenest()}"),
        ):
            own, floor = self.compare(f"/products/report/?{query}", FLOOR)
            yield self._row("F18", f"products sold: {what}", own, floor)
        own, peer = self._in_turn(self._sums, None if self.alone else self._grouped)
        wanted = 20 if self.is_million else None
        note = "peer: GROUP BY over the lines"
        yield Row("F18", "sums of all time", own, peer=peer, peer_wanted=wanted, note=note)

    def _sums(self) -> None:
        sums_by_product(self.organisation, Period("all", None, None))

    def _grouped(self) -> None:
        lines = OrderLine.objects.filter(order__organisation=self.organisation, order__status="completed")
        value = Sum(F("quantity") * F("unit_price_cents"))
        list(lines.order_by().values("product").annotate(value=value, sold=Sum("quantity")))
