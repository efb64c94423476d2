"""Every sort of the list walks its own index: no full scan, no sorting, on either database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from customers.services.importing.chunk import ImportChunk
from customers.services.importing.line_index import LineIndex
from customers.services.importing.mapping import GuestMapping
from customers.services.importing.reading import GuestRow
from customers.services.importing.terms import make_terms
from customers.services.searching import SORTS, Count, Cursor, Matches, Order, fetch_page
from tests.factories import make_customer

FIELDS = ("pk", "first_name", "stats__revenue_cents")


@pytest.fixture
def plan_of(organisation):
    for _ in range(3):
        make_customer(organisation)

    def plan_of(order, after=None) -> str:
        guests = Customer.objects.of(organisation).filter(is_active=True)
        with CaptureQueriesContext(connection) as captured:
            fetch_page(
                organisation,
                Matches(guests, guests, Count(4)),
                order,
                fields=FIELDS,
                size=50,
                after=after,
            )
        return explain(captured.captured_queries[-1]["sql"])

    return plan_of


def explain(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        else:
            # three rows are scanned and sorted whatever the index: leave that to plans without one
            for choice in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
                cursor.execute(f"SET LOCAL enable_{choice} = off")
            cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("name", SORTS)
def test_a_page_is_read_from_the_index_of_its_sort(plan_of, name, descending):
    plan = plan_of(Order(name, descending))

    assert "Seq Scan" not in plan, plan
    assert "SCAN customers" not in plan, plan
    assert "B-TREE FOR ORDER BY" not in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("name", ["joined", "orders", "last_order", "name"])
def test_a_later_page_starts_in_the_index_too(plan_of, organisation, name):
    values = {
        "joined": organisation.created_at,
        "last_order": organisation.created_at,
        "orders": 1,
        "name": "m",
    }

    plan = plan_of(Order(name, True), after=Cursor(values[name], 5, 50))

    assert "B-TREE FOR ORDER BY" not in plan, plan
    assert "Sort" not in plan, plan
    assert "<?" in plan or ")<(" in plan or "ROW(" in plan, plan


def test_the_guests_of_an_import_are_found_by_what_tells_them_apart(organisation, location):
    for _ in range(3):
        make_customer(organisation)
    rows = [
        GuestRow(2, {"phone": "+491713920012", "email": "a@example.org"}),
        GuestRow(3, {"last_name": "B"}),
    ]

    with CaptureQueriesContext(connection) as captured:
        ImportChunk(make_terms(organisation, GuestMapping(), is_dry=True), rows, LineIndex())

    asked = [query["sql"] for query in captured if '"customers_customer"."organisation_id" =' in query["sql"]]
    plans = [explain(sql) for sql in asked]
    assert len(plans) == 3
    for plan, column in zip(plans, ("phone", "email_key", "sort_name"), strict=True):
        assert "Seq Scan" not in plan and "SCAN customers" not in plan, plan
        assert column in plan, plan
