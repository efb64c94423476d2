"""Compares CustomerStats with the truth, in the database, and repairs what differs."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.text.money import divide_sql
from backoffice.core.text.periods import local_day, month_number
from customers.extensions import Truth, customer_extensions
from customers.figures.counters import rebuild_figures
from customers.figures.statistics import derive, monthly_spend_sql
from customers.locks import lock_customers
from customers.models import Customer, CustomerStats, SpendMonth

_CHUNK = 500


class Difference(NamedTuple):
    """One figure of one customer that is not what it must be."""

    customer_id: int
    field: str
    stored: object
    true: object


def differences(organisation) -> Iterator[Difference]:
    """Every stored figure of a customer that differs from what orders and ledger say."""
    for extension in customer_extensions():
        truth = extension.statistics(organisation)
        if truth is not None:
            yield from _differing(organisation, truth)
    yield from _differing(organisation, _derived(organisation))


def rebuild_statistics(organisation, customer_ids: Iterable[int] | None = None) -> int:
    """Repair statistics, then all other figures; returns how many customers were wrong.

    Customers are repaired in chunks, each locked and read again, so orders may come in meanwhile. With
    `customer_ids` the statistics of these alone are read anew.
    """
    if customer_ids is not None:
        _repair(organisation, ids := sorted(customer_ids))
        return len(ids)
    _add_missing(organisation)
    wrong = sorted({difference.customer_id for difference in differences(organisation)})
    for start in range(0, len(wrong), _CHUNK):
        _repair(organisation, wrong[start : start + _CHUNK])
    rebuild_figures(organisation)
    for extension in customer_extensions():
        extension.rebuild_figures(organisation)
    return len(wrong)


def missing_statistics(organisation) -> Iterable[int]:
    """Customers without a row of statistics."""
    return Customer.objects.of(organisation).filter(stats=None).values_list("pk", flat=True)


def _differing(organisation, truth: Truth) -> Iterator[Difference]:
    stored = [f"s.{name}" for name in truth.fields]
    true = [_or_empty(name) for name in truth.fields]
    pairs = zip(stored, true, strict=True)
    sql = (
        f"SELECT s.customer_id, {', '.join(stored)}, {', '.join(true)} "  # noqa: S608
        f"FROM customers_customerstats AS s LEFT JOIN ({truth.sql}) AS t ON t.customer_id = s.customer_id "
        f"WHERE s.organisation_id = %s AND ({' OR '.join(_unlike(*pair) for pair in pairs)}) "
        "ORDER BY s.customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*truth.params, organisation.pk])
        while rows := cursor.fetchmany(1000):
            for pk, *values in rows:
                halves = zip(truth.fields, values, values[len(truth.fields) :], strict=False)
                yield from (Difference(pk, *triple) for triple in halves if triple[1] != triple[2])


def _unlike(stored: str, true: str) -> str:
    different = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return f"{stored} {different} {true}"


def _or_empty(name: str) -> str:
    """The true value, or that of a customer without orders and points."""
    field = CustomerStats._meta.get_field(name)
    if field.null:
        return f"t.{name}"
    return f"COALESCE(t.{name}, '')" if field.empty_strings_allowed else f"COALESCE(t.{name}, 0)"


def _derived(organisation) -> Truth:
    """What follows from the stored sums; monthly spend only while it is exact for this month."""
    month = month_number(local_day(timezone.now(), organisation.tz))
    average = divide_sql("revenue_cents", "receipts_count")
    columns = {"average_order_cents": f"COALESCE({average}, 0)"}
    if SpendMonth.objects.filter(organisation=organisation, month=month).exists():
        spend = monthly_spend_sql(month)
        columns["monthly_spend_cents"] = f"CASE WHEN first_order_on IS NULL THEN 0 ELSE {spend} END"
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    sql = f"SELECT customer_id, {listed} FROM customers_customerstats WHERE organisation_id = %s"  # noqa: S608
    return Truth(sql, (organisation.pk,), tuple(columns))


def _add_missing(organisation) -> None:
    CustomerStats.objects.bulk_create(
        (CustomerStats(customer_id=pk, organisation=organisation) for pk in missing_statistics(organisation)),
        ignore_conflicts=True,
    )


@transaction.atomic
def _repair(organisation, customer_ids: list[int]) -> None:
    lock_customers(organisation, customer_ids)
    for extension in customer_extensions():
        truth = extension.statistics(organisation, customer_ids)
        if truth is not None:
            _set_true(customer_ids, truth)
    today = local_day(timezone.now(), organisation.tz)
    rows = []
    for stats in CustomerStats.objects.filter(pk__in=customer_ids).order_by("pk"):
        derive(stats, today)
        rows.append((stats.pk, stats.average_order_cents, stats.monthly_spend_cents))
    update_rows(CustomerStats, ("customer_id", "average_order_cents", "monthly_spend_cents"), rows)


def _set_true(customer_ids: list[int], truth: Truth) -> None:
    places = ", ".join(["%s"] * len(customer_ids))
    true = ", ".join(f"{_or_empty(name)} AS {name}" for name in truth.fields)
    updates = ", ".join(f"{name} = x.{name}" for name in truth.fields)
    sql = (
        f"UPDATE customers_customerstats SET {updates} FROM ("  # noqa: S608
        f"SELECT s.customer_id, {true} FROM customers_customerstats AS s "
        f"LEFT JOIN ({truth.sql}) AS t ON t.customer_id = s.customer_id WHERE s.customer_id IN ({places})"
        ") AS x WHERE x.customer_id = customers_customerstats.customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*truth.params, *customer_ids])
