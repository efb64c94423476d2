"""Fills an empty database for the bench: N customers, 10 N orders of one line, all figures right.

Rows go in past the services, because a million customers must take minutes; statistics and figures
are then computed by the statements that check them.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from backoffice.core.text.periods import local_day, month_number
from backoffice.staff.models import Location, Membership, Organisation, Role, User
from backoffice.staff.roles import ensure_roles
from customers.extensions import customer_extensions
from customers.figures.counters import rebuild_figures
from customers.figures.statistics import monthly_spend_sql
from customers.models import ConsentEntry, ContactPoint, Customer, CustomerStats, CustomerTag, SpendMonth, Tag
from loyalty.models import PointsEntry, Programme
from orders.models import Order, OrderLine, Product
from orders.truth import rebuild_products
from orders.visits import rebuild_all_visits
from tests.bench import customer_rows, order_rows
from tests.bench.loading import load_rows, quick_writes, settle, without_indexes

ORDERS_PER_CUSTOMER = 10
SLUG = "bench"
MANAGER = "manager@bench.example"
_CONSENT_COLUMNS = (
    *("customer_id", "purpose", "channel", "action", "method", "origin", "source"),
    *("wording", "wording_version", "language", "occurred_at", "recorded_at"),
)
_POINTS_COLUMNS = ("customer_id", "kind", "points", "occurred_at")


def build(customers: int, *, tell: Callable[[str], None] = lambda text: None) -> Organisation:
    """Build one organisation with three locations, its customers and their orders; tells how long it took."""
    started = time.perf_counter()
    organisation = _open(customers)
    with quick_writes():
        _load_customers_and_orders(organisation, customers, tell)
        _load_statistics(organisation)
        tell(f"statistics after {time.perf_counter() - started:.0f} s")
        rebuild_figures(organisation)
        rebuild_products(organisation)
        rebuild_all_visits(organisation)
    settle()
    # last of all: an organisation without a programme is one that was not built to the end
    Programme.objects.create(organisation=organisation, points_per_euro=1)
    tell(f"built {customers:,} customers in {time.perf_counter() - started:.0f} s")
    return organisation


def built() -> Organisation | None:
    """The organisation of a bench that was built to its end, if there is one."""
    found = Organisation.objects.filter(slug=SLUG).first()
    return found if found and Programme.objects.filter(organisation=found).exists() else None


def _open(customers: int) -> Organisation:
    ensure_roles()
    organisation = Organisation.objects.create(name="Bench", slug=SLUG)
    for name in ("Altstadt", "Kanal", "Markthalle"):
        Location.objects.create(organisation=organisation, name=name)
    user = User.objects.create_user(email=MANAGER, name="Mara Bench", language="de")
    user.membership = Membership.objects.create(
        user=user, organisation=organisation, group=Group.objects.get(name=Role.MANAGER)
    )
    user.save(update_fields=["membership"])
    for number in range(40):
        Product.objects.create(organisation=organisation, name=f"Gericht {number}", price_cents=1_200)
    return organisation


def _load_customers_and_orders(organisation: Organisation, customers: int, tell) -> None:
    start = datetime.combine(
        timezone.now().date() - timedelta(days=customer_rows.DAYS), datetime.min.time(), UTC
    )
    place = {
        "organisation_id": organisation.pk,
        "location_ids": list(organisation.locations.values_list("pk", flat=True)),
        "start": start,
    }
    orders = customers * ORDERS_PER_CUSTOMER
    products = list(Product.objects.filter(organisation=organisation).values_list("pk", flat=True))
    tag = Tag.objects.create(organisation=organisation, name="Stammgast")
    began = time.perf_counter()
    with without_indexes([Customer, ContactPoint, ConsentEntry, CustomerTag, PointsEntry, Order, OrderLine]):
        load_rows(
            "customers_customer",
            customer_rows.COLUMNS,
            customer_rows.rows(customers, **place),
        )
        moment = f"{start:%F %T}"
        load_rows(
            "customers_contactpoint",
            customer_rows.POINT_COLUMNS,
            customer_rows.point_rows(customers, organisation_id=organisation.pk, moment=moment),
        )
        load_rows("customers_consententry", _CONSENT_COLUMNS, _consents(customers, moment))
        load_rows("customers_customertag", ("tag_id", "customer_id"), _tags(customers, tag.pk))
        load_rows("loyalty_pointsentry", _POINTS_COLUMNS, _points(customers, moment))
        load_rows("orders_order", order_rows.ORDER_COLUMNS, order_rows.order_rows(orders, customers, **place))
        load_rows("orders_orderline", order_rows.LINE_COLUMNS, order_rows.line_rows(orders, products))
        tell(f"rows after {time.perf_counter() - began:.0f} s")
    tell(f"indexes after {time.perf_counter() - began:.0f} s")


def _consents(customers: int, moment: str) -> Iterator[tuple]:
    said = ("marketing", "any", "granted", "paper", "card", "import", "Ich möchte Neuigkeiten.", "1", "de")
    for number in range(customers):
        if customer_rows.has_marketing(number):
            yield (number + 1, *said, moment, moment)


def _tags(customers: int, tag_id: int) -> Iterator[tuple]:
    return ((tag_id, number + 1) for number in range(customers) if customer_rows.is_tagged(number))


def _points(customers: int, moment: str) -> Iterator[tuple]:
    """Every second customer earned some, every tenth spent a part."""
    for number in range(0, customers, 2):
        yield number + 1, "earned", 100 + number % 900, moment
        if number % 10 == 0:
            yield number + 1, "redeemed", -50, moment


_SUMS = ("receipts_count", "revenue_cents", "tips_cents", "points", "earned_points")


def _load_statistics(organisation: Organisation) -> None:
    """One row per customer, out of the same statements that `check_invariants` compares with."""
    today = local_day(timezone.now(), organisation.tz)
    truths = [extension.statistics(organisation) for extension in customer_extensions()]
    truths = [truth for truth in truths if truth is not None]
    joins = " ".join(
        f"LEFT JOIN ({truth.sql}) AS t{n} ON t{n}.customer_id = c.id" for n, truth in enumerate(truths)
    )
    owners = {name: f"t{n}.{name}" for n, truth in enumerate(truths) for name in truth.fields}
    values = ", ".join(f"{_stored(name, owners[name])} AS {name}" for name in owners)
    average = "COALESCE((2 * revenue_cents + receipts_count) / NULLIF(2 * receipts_count, 0), 0)"
    spend = f"CASE WHEN first_order_on IS NULL THEN 0 ELSE {monthly_spend_sql(month_number(today))} END"
    sql = (
        "INSERT INTO customers_customerstats (customer_id, organisation_id, "
        f"{', '.join(owners)}, average_order_cents, monthly_spend_cents) "
        f"SELECT customer_id, {organisation.pk}, {', '.join(owners)}, {average}, {spend} FROM "
        f"(SELECT c.id AS customer_id, {values} FROM customers_customer AS c {joins} "
        "WHERE c.organisation_id = %s) AS x"
    )
    params = [param for truth in truths for param in truth.params]
    with without_indexes([CustomerStats]), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET work_mem = '512MB'; ANALYZE orders_order; ANALYZE customers_customer")
        else:
            cursor.execute("ANALYZE")
        cursor.execute(sql, [*params, organisation.pk])
        if connection.vendor == "postgresql":
            cursor.execute("RESET work_mem")
    SpendMonth.objects.create(organisation=organisation, month=month_number(today))


def _stored(name: str, value: str) -> str:
    if name in _SUMS:
        return f"CAST(COALESCE({value}, 0) AS bigint)"
    return f"COALESCE({value}, '')" if name in ("last_order_status", "last_service_type") else value
