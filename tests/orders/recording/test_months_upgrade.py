"""What was sold before sums by month existed is in them after the upgrade."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from customers.invariants import broken_invariants
from orders.models import ProductDay, ProductMonth
from orders.recording import record_orders
from tests.orders.factories import make_event
from tests.orders.recording.test_product_days import MENU

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BEFORE = [("orders", "0012_driver_names")]


def go_to(targets) -> None:
    MigrationExecutor(connection).migrate(targets)


@pytest.fixture
def newest():
    """Where the database is led back to, whatever happens."""
    nodes = MigrationExecutor(connection).loader.graph.leaf_nodes("orders")
    yield nodes
    go_to(nodes)


def test_sums_by_month_are_filled_from_those_by_day(organisation, location, newest):
    # 2 March, 31 March, 29 April
    events = [make_event(location, minutes=29 * 24 * 60 * n, lines=MENU) for n in range(3)]
    record_orders(organisation, events)
    go_to(BEFORE)
    assert ProductMonth._meta.db_table not in connection.introspection.table_names()

    go_to(newest)

    wine = ProductMonth.objects.filter(product__name="Wein").order_by("month")
    assert [(row.month, row.quantity, row.value_cents) for row in wine] == [
        (date(2026, 3, 1), 6, 3_900),
        (date(2026, 4, 1), 3, 1_950),
    ]
    assert ProductDay.objects.count() == 6
    assert list(broken_invariants(organisation)) == []
