"""The one place that writes CustomerStats as things happen; `rebuilding` repairs it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from operator import attrgetter

from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.database.prepared import Prepared
from backoffice.core.text.money import divide_sql
from backoffice.core.text.periods import local_day, month_number
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.figures.counters import FigureChanges
from customers.locks import hold_customer_creation
from customers.models import Customer, CustomerStats, SpendMonth
from customers.models.stats import VISIT_COLUMNS

WRITTEN = (
    "customer_id",
    "receipts_count",
    "revenue_cents",
    "tips_cents",
    "average_order_cents",
    "monthly_spend_cents",
    "first_order_on",
    "last_order_at",
    "last_order_status",
    "last_service_type",
    "points",
    "earned_points",
    *VISIT_COLUMNS,
)
_written = attrgetter(*WRITTEN)


_of_customers = Prepared(lambda ids: CustomerStats.objects.filter(pk__among=ids))


@contextmanager
def changing_statistics(
    organisation, customers: Iterable[Customer], changes: FigureChanges
) -> Iterator[dict[int, Customer]]:
    """Let the block change `.stats` and `module_bits` of customers, by id; then store them.

    The customers' rows must be locked: that lock guards their statistics too, which are read anew
    here, because what was read before waiting for a lock may be old. What the customers count for
    goes into `changes`, for the caller to write. Others hear of points that changed.
    """
    by_id = {customer.pk: customer for customer in customers}
    bits = {pk: customer.module_bits for pk, customer in by_id.items()}
    points = {}
    for stats in _of_customers(ids=by_id) if by_id else ():
        by_id[stats.pk].stats = stats
        points[stats.pk] = stats.points
        changes.customer_state(by_id[stats.pk], stats, -1)
    yield by_id
    today = local_day(timezone.now(), organisation.tz)
    for customer in by_id.values():
        derive(customer.stats, today)
        changes.customer_state(customer, customer.stats, +1)
    ordered = [by_id[pk] for pk in sorted(by_id)]
    rows = [_written(customer.stats) for customer in ordered]
    update_rows(CustomerStats, WRITTEN, rows)
    active = [(one.pk, one.module_bits) for one in ordered if one.module_bits != bits[one.pk]]
    update_rows(Customer, ("id", "module_bits"), active)
    _tell_points(organisation, ordered, points)


def _tell_points(organisation, customers: list[Customer], before: dict[int, int]) -> None:
    facts = {
        one.pk: {"balance": one.stats.points, "change": one.stats.points - before[one.pk]}
        for one in customers
        if one.stats.points != before[one.pk]
    }
    tell(organisation, Topic.POINTS_CHANGED, facts, facts=facts)


def derive(stats: CustomerStats, today: date) -> None:
    """Set the columns that follow from others, as of the month of `today`."""
    stats.average_order_cents = stats.average_order or 0
    stats.monthly_spend_cents = stats.monthly_spend(today) or 0


def refresh_monthly_spend(organisation, today: date) -> bool:
    """Make `monthly_spend_cents` exact for the month of `today` (the organisation's day).

    Says whether there was anything to do: the first call of a month divides anew for every customer,
    all others read one row and take no lock. Call it before sorting by that column.
    """
    month = month_number(today)
    if SpendMonth.objects.filter(organisation=organisation, month__gte=month).exists():
        return False
    with transaction.atomic():
        # Imports write these rows in an order of their own: both at once could wait crosswise.
        hold_customer_creation(organisation)
        SpendMonth.objects.update_or_create(organisation=organisation, defaults={"month": month})
        _divide_anew(organisation, month)
    return True


def _divide_anew(organisation, month: int) -> None:
    spend = monthly_spend_sql(month)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_customerstats SET monthly_spend_cents = {spend} "  # noqa: S608
            f"WHERE organisation_id = %s AND first_order_on IS NOT NULL AND monthly_spend_cents <> {spend}",
            [organisation.pk],
        )


def monthly_spend_sql(month: int) -> str:
    """`CustomerStats.monthly_spend` as of a month, as an SQL expression."""
    if connection.vendor == "postgresql":
        first = "(EXTRACT(YEAR FROM first_order_on)::int * 12 + EXTRACT(MONTH FROM first_order_on)::int - 1)"
        months = f"GREATEST(1, {month} - {first} + 1)"
    else:
        first = "(substr(first_order_on, 1, 4) * 12 + substr(first_order_on, 6, 2) - 1)"
        months = f"MAX(1, {month} - {first} + 1)"
    return divide_sql("revenue_cents", months)
