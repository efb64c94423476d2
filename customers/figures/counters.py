"""Counters of customers and figures per day, kept in the transaction that changes them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from backoffice.core.database.bulk import add_to_rows
from backoffice.core.text.periods import local_day, month_number
from backoffice.staff.models import Location
from customers.choices import LastOrderStatus
from customers.extensions import customer_extensions
from customers.models import Customer, CustomerCounters, DailyFigures


class CountedNow(NamedTuple):
    """What `CustomerCounters` keeps of one location and source."""

    active: int = 0
    inactive: int = 0
    marketing: int = 0
    ordered: int = 0
    returned: int = 0
    points: int = 0


class DaySums(NamedTuple):
    """What `DailyFigures` keeps of one location, source and day."""

    joined: int = 0
    receipts: int = 0
    revenue_cents: int = 0
    tips_cents: int = 0
    known_receipts: int = 0
    known_revenue_cents: int = 0
    deliveries: int = 0
    late: int = 0


COUNTER_FIELDS, DAILY_FIELDS = CountedNow._fields, DaySums._fields


class FigureChanges:
    """Collects what a transaction changes in the figures of one organisation; `write()` stores it.

    Whoever changes what a customer counts for takes the old state out and puts the new one in:

        changes.customer_state(customer, stats, -1)
        customer.is_active = False
        changes.customer_state(customer, stats, +1)
        changes.write()

    The customer's row must be locked in between (`select_for_update(no_key=True)`). Nothing is
    queried before `write()`, except the locations' time zones, once, when joined days need them.
    """

    def __init__(self, organisation):
        self.organisation = organisation
        self._counters: dict[tuple, Counter] = defaultdict(Counter)
        self._daily: dict[tuple, Counter] = defaultdict(Counter)
        self._zones: dict[int, ZoneInfo] = {}

    def customer_joined(self, customer: Customer, sign: int = +1) -> None:
        """Count a new customer on the day of `joined_at`; the state is counted apart."""
        day = local_day(customer.joined_at, self._zone(customer))
        self._daily[customer.location_id, customer.source, day]["joined"] += sign

    def customer_state(self, customer: Customer, stats, sign: int) -> None:
        """Add (+1) or take out (-1) what the customer counts for now."""
        sums = self._counters[customer.location_id, customer.source]
        sums["points"] += sign * stats.points
        if not customer.is_active:
            sums["inactive"] += sign
            return
        sums["active"] += sign
        if customer.marketing_consent:
            sums["marketing"] += sign
        if stats.receipts_count >= 1:
            sums["ordered"] += sign
        if stats.receipts_count >= 2:
            sums["returned"] += sign

    def order(self, order, sign: int) -> None:
        """Add or take out a receipt on its day; anything that is no receipt counts nothing."""
        if not order.counts:
            return
        sums = self._daily[order.location_id, order.source, order.placed_on]
        sums["receipts"] += sign
        sums["revenue_cents"] += sign * order.left_cents
        sums["tips_cents"] += sign * order.tip_cents
        if order.customer_id is not None:
            sums["known_receipts"] += sign
            sums["known_revenue_cents"] += sign * order.left_cents
        if order.delivery_status in (LastOrderStatus.ON_TIME, LastOrderStatus.LATE):
            sums["deliveries"] += sign
            sums["late"] += sign * (order.delivery_status == LastOrderStatus.LATE)

    def write(self) -> None:
        """Store everything collected and forget it. The last statements of a transaction.

        Rows of figures are shared by all writers; taken last and in the order of their keys
        they are held briefly and never crosswise (TRUST I10).
        """
        counters, daily = _frozen(self._counters, CountedNow), _frozen(self._daily, DaySums)
        # also where nothing moves in the end: a receipt that went from one customer to another
        changed = {key[:2] for key in daily}
        _add_counters(self.organisation, {key: CountedNow() for key in changed} | counters, changed)
        _add_daily(self.organisation, daily)
        self._counters.clear()
        self._daily.clear()

    def _zone(self, customer: Customer) -> ZoneInfo:
        if Customer.location.is_cached(customer):
            return customer.location.tz
        if customer.location_id not in self._zones:
            locations = Location.objects.filter(organisation=self.organisation)
            self._zones = {location.pk: location.tz for location in locations}
        return self._zones[customer.location_id]


def _frozen(sums: dict[tuple, Counter], kind) -> dict:
    return {key: kind(**values) for key, values in sums.items()}


def _add_counters(organisation, sums: dict[tuple, CountedNow], changed: Collection, changes: int = 1) -> None:
    """Keys in `changed` count as changed although no counter moves."""
    written = [key for key in sorted(sums) if any(sums[key]) or key in changed]
    rows = [(organisation.pk, *key, *sums[key], changes) for key in written]
    keys = ("organisation_id", "location_id", "source")
    add_to_rows(CustomerCounters, rows, keys=keys, sums=(*COUNTER_FIELDS, "changes"))


def _add_daily(organisation, sums: dict[tuple, DaySums]) -> None:
    rows = [
        (organisation.pk, *key, month_number(key[2]), *sums[key]) for key in sorted(sums) if any(sums[key])
    ]
    keys = ("organisation_id", "location_id", "source", "day")
    add_to_rows(DailyFigures, rows, keys=keys, sums=DAILY_FIELDS, fixed=("month",))


# ---- What the figures must be -----------------------------------------------------------------


def true_counters(organisation) -> dict[tuple, CountedNow]:
    """The counters as the customers say, by (location_id, source)."""
    active = Q(is_active=True)
    rows = (
        Customer.objects.filter(organisation=organisation)
        .values("location_id", "source")
        .annotate(
            _active=Count("pk", filter=active),
            _inactive=Count("pk", filter=~active),
            _marketing=Count("pk", filter=active & Q(marketing_consent=True)),
            _ordered=Count("pk", filter=active & Q(stats__receipts_count__gte=1)),
            _returned=Count("pk", filter=active & Q(stats__receipts_count__gte=2)),
            _points=Sum("stats__points", default=0),
        )
        .order_by()
    )
    return {
        (row["location_id"], row["source"]): CountedNow(*(row[f"_{name}"] for name in COUNTER_FIELDS))
        for row in rows
    }


def true_daily(organisation) -> dict[tuple, DaySums]:
    """The daily figures as customers and receipts say, by (location_id, source, day)."""
    truth: dict[tuple, Counter] = defaultdict(Counter)
    for key, joined in _joined_by_day(organisation):
        truth[key]["joined"] += joined
    for extension in customer_extensions():
        for row in extension.daily_figures(organisation):
            sums = truth[row["location_id"], row["source"], row["day"]]
            sums.update({name: row.get(name, 0) for name in DAILY_FIELDS})
    return {key: sums for key, sums in _frozen(truth, DaySums).items() if any(sums)}


def _joined_by_day(organisation) -> Iterable[tuple[tuple[int, str, date], int]]:
    locations = Location.objects.filter(organisation=organisation)
    zones = {location.pk: location.tz for location in locations}
    for zone in set(zones.values()):
        inside = [location_id for location_id, other in zones.items() if other == zone]
        rows = (
            Customer.objects.filter(organisation=organisation, location_id__in=inside)
            .values_list("location_id", "source", TruncDate("joined_at", tzinfo=zone))
            .annotate(count=Count("pk"))
            .order_by()
        )
        yield from (((location_id, source, day), count) for location_id, source, day, count in rows)


def stored_counters(organisation) -> dict[tuple, CountedNow]:
    """By (location_id, source); rows that count nobody yet only count their changes."""
    rows = CustomerCounters.objects.filter(organisation=organisation)
    rows = rows.values_list("location_id", "source", *COUNTER_FIELDS)
    return {row[:2]: CountedNow(*row[2:]) for row in rows if any(row[2:])}


def stored_daily(organisation) -> dict[tuple, DaySums]:
    rows = DailyFigures.objects.filter(organisation=organisation)
    rows = rows.values_list("location_id", "source", "day", *DAILY_FIELDS)
    return {row[:3]: DaySums(*row[3:]) for row in rows}


def wrong_sums(organisation) -> Iterator[tuple[str, tuple, str, int, int]]:
    """What is stored otherwise than it must be: (which sums, key, field, stored, true)."""
    pairs = (
        ("counters", stored_counters(organisation), true_counters(organisation)),
        ("daily figures", stored_daily(organisation), true_daily(organisation)),
    )
    for name, stored, true in pairs:
        for key in sorted(stored.keys() | true.keys()):
            have, must = stored.get(key), true.get(key)
            for field in (have or must)._fields:
                values = getattr(have, field, 0), getattr(must, field, 0)
                if values[0] != values[1]:
                    yield name, key, field, *values


@transaction.atomic
def rebuild_figures(organisation) -> None:
    """Write counters and daily figures anew from customers and receipts; writers wait meanwhile."""
    if connection.vendor == "postgresql":
        # Whoever writes figures does so last: what is still waiting here is not yet visible below.
        tables = ", ".join(model._meta.db_table for model in (CustomerCounters, DailyFigures))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
    stored = CustomerCounters.objects.filter(organisation=organisation)
    changes = stored.aggregate(changes=Sum("changes", default=0))["changes"] + 1
    stored.delete()
    DailyFigures.objects.filter(organisation=organisation).delete()
    _add_counters(organisation, true_counters(organisation), (), changes)
    _add_daily(organisation, true_daily(organisation))
