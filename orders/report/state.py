"""What the address of the receipt report says, parsed once: period, search, filters, sort, place."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from backoffice.core.pages.lists import Address
from backoffice.core.pages.paging import Cursor, InvalidCursor
from backoffice.core.pages.periods import NAMES as PERIOD_NAMES
from backoffice.core.pages.periods import read_period
from customers.choices import Source
from customers.listing import find_matches
from customers.models import Customer
from orders.access import in_period
from orders.choices import OrderStatus
from orders.models import Order
from orders.report.filters import CUSTOMER, ReceiptFilterSet

STATE_PARAMETERS = ("q", *PERIOD_NAMES, *ReceiptFilterSet.base_filters, "sort")
# what the figures per day know: sums of these are sums of few rows
ROLLED_UP = frozenset({"location", "source"})
MAX_QUERY = 100


@dataclass(frozen=True)
class Sort:
    """A column of the report: the expression it is sorted by and the type of its values."""

    column: object
    kind: type


SORTS = {
    "placed": Sort("placed_at", datetime),
    "number": Sort("external_id", str),
    "customer": Sort(Coalesce(F("customer__sort_name"), Value("")), str),
    "location": Sort("location__name", str),
    "service": Sort("service_type", str),
    "source": Sort("source", str),
    "status": Sort("status", str),
    "tip": Sort("tip_cents", int),
    "total": Sort("total_cents", int),
}


@dataclass(frozen=True)
class ReportOrder:
    """One of SORTS, with a direction."""

    name: str
    descending: bool

    def __str__(self):
        return f"-{self.name}" if self.descending else self.name


DEFAULT_ORDER = ReportOrder("placed", True)


def _order(text: str) -> ReportOrder:
    name = text.removeprefix("-")
    return ReportOrder(name, text.startswith("-")) if name in SORTS else DEFAULT_ORDER


class ReportState:
    """One address of the report. Bad values are named in `errors`, by parameter, and not used.

    `today` is the day of the organisation; receipts lie on the day of their own location.
    """

    def __init__(self, data, *, organisation, today, location=None, locations=()):
        self.data, self.organisation, self.location = data, organisation, location
        self.query = data.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
        self.order = _order(data.get("sort", ""))
        one_looks_for_something = bool(self.query or data.get(CUSTOMER))
        self.period, problem = read_period(data, today, default="all" if one_looks_for_something else "month")
        self.errors = {"period": problem} if problem else {}
        self._locations = locations
        self.filters = self._read_filters() if any(map(data.get, ReceiptFilterSet.base_filters)) else {}

    @cached_property
    def filterset(self) -> ReceiptFilterSet:
        """Made when the address has a filter, or a form needs it: most pages need none."""
        return ReceiptFilterSet(self.data, organisation=self.organisation, locations=self._locations)

    def _read_filters(self) -> dict[str, object]:
        form = self.filterset.form
        for name, messages in form.errors.items():
            self.errors[name] = f"{form.fields[name].label}: {messages[0]}"
        return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [], ())}

    @property
    def is_rolled_up(self) -> bool:
        """Whether the figures per day know the totals."""
        return not self.query and self.filters.keys() <= ROLLED_UP

    @cached_property
    def receipts(self) -> QuerySet[Order]:
        """All that it lists, without order: completed and voided, unless the status says otherwise."""
        orders = in_period(Order.objects.filter(organisation=self.organisation), self.period)
        if self.location is not None:
            orders = orders.filter(location=self.location)
        if "status" not in self.filters:
            orders = orders.exclude(status=OrderStatus.OPEN)
        for name, value in self.filters.items():
            orders = self.filterset.filters[name].filter(orders, value)
        return orders.filter(self._found) if self.query else orders

    @cached_property
    def _found(self) -> Q:
        """Receipts of that number; else those of the customers that are called so."""
        numbered = Order.objects.filter(
            organisation=self.organisation, source__in=Source.values, external_id=self.query
        )
        if ids := list(numbered.values_list("pk", flat=True)[:100]):
            return Q(pk__in=ids)
        matches = find_matches(self.organisation, Customer.objects.of(self.organisation), self.query)
        return Q(customer__in=matches.ids if matches.ids is not None else matches.indexed.values("pk"))

    @property
    def sorted_receipts(self) -> QuerySet[Order]:
        column = SORTS[self.order.name].column
        key = F(column) if isinstance(column, str) else column
        down = self.order.descending
        return self.receipts.order_by(
            key.desc() if down else key.asc(), F("pk").desc() if down else F("pk").asc()
        )

    def cursor(self, name: str) -> Cursor | None:
        """The place that `after` or `before` names; one that does not fit the sort is none."""
        try:
            text = self.data.get(name)
            return Cursor.decode(text, SORTS[self.order.name].kind) if text else None
        except InvalidCursor:
            return None

    def address(self, path: str = "") -> Address:
        return Address(path, self.data, STATE_PARAMETERS)
