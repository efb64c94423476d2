"""Every sort of the list walks its own index, and customers are found by one: no full scan, no sorting,
on either database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.contacts import add_contact_points
from customers.importing.chunk import ImportChunk
from customers.importing.line_index import LineIndex
from customers.importing.mapping import CustomerMapping
from customers.importing.stated import CustomerRow
from customers.importing.terms import make_terms
from customers.listing.search import SORTS, Count, Cursor, Matches, Order, fetch_page
from customers.models import Customer
from customers.records.matching import Contact, match_many
from customers.records.registering import find_duplicates
from tests.factories import make_customer

FIELDS = ("pk", "first_name", "stats__revenue_cents")


@pytest.fixture
def plan_of(organisation):
    for _ in range(3):
        make_customer(organisation)

    def plan_of(order, after=None) -> str:
        customers = Customer.objects.of(organisation).filter(is_active=True)
        with CaptureQueriesContext(connection) as captured:
            fetch_page(
                organisation,
                Matches(customers, customers, Count(4)),
                order,
                fields=FIELDS,
                size=50,
                after=after,
            )
        return explain(captured.captured_queries[-1]["sql"])

    return plan_of


def explain(sql: str, avoided=("seqscan", "bitmapscan", "sort", "incremental_sort")) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        else:
            # three rows are scanned and sorted whatever the index: leave that to plans without one
            for choice in avoided:
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


@pytest.fixture
def crowd(organisation, location):
    """So many customers that reading them all is no short way to a few; statistics know them. Two each
    share their second number."""
    customers = []
    for n in range(1_000):
        known = {"phone": f"+49171{n:07}", "phone2": f"+49172{n // 2:07}", "email": f"{n}@example.org"}
        customers.append(Customer(organisation=organisation, location=location, **known))
        customers[-1].derive()
    Customer.objects.bulk_create(customers)
    add_contact_points(organisation, customers)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE customers_customer, customers_contactpoint")
    return customers


def asked_for(captured) -> list[str]:
    """The statements that look for customers of the organisation, or for contact points by value."""
    statements = [query["sql"] for query in captured]
    return [
        sql for sql in statements if re.match(r"\(?SELECT .*FROM .customers_(customer|contactpoint).", sql)
    ]


def assert_searched(sql: str, *columns: str) -> None:
    """Wherever customers of the organisation are searched, the next of these columns narrows the index."""
    plan = explain(sql, avoided=["seqscan"])
    searches = [line for line in plan.splitlines() if "SEARCH" in line or "Index Cond" in line]
    narrowing = [line.partition(" AND ")[2] for line in searches if "organisation_id" in line]
    assert "Seq Scan" not in plan and "SCAN customers" not in plan, plan
    assert len(narrowing) == len(columns), plan
    for condition, column in zip(narrowing, columns, strict=True):
        assert column in condition, plan


def test_the_customers_of_an_import_are_found_by_what_tells_them_apart(organisation, crowd):
    rows = [
        CustomerRow(2, {"phone": "+491713920012", "email": "a@example.org"}),
        CustomerRow(3, {"last_name": "B"}),
    ]

    with CaptureQueriesContext(connection) as captured:
        ImportChunk(make_terms(organisation, CustomerMapping(), is_dry=True), rows, LineIndex())

    points, customers = asked_for(captured)
    assert_searched(points, "key", "key", "key", "key")
    assert_searched(customers, "sort_name")


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("known", [["phone"], ["email"], ["phone", "email"]], ids=["phone", "e-mail", "both"])
def test_the_customers_of_orders_are_found_by_phone_and_email(organisation, crowd, known, count):
    contacts = [
        Contact(customer.location_id, "web", **{name: getattr(customer, name) for name in known})
        for customer in crowd[:count]
    ]

    with CaptureQueriesContext(connection) as captured:
        match_many(organisation=organisation, contacts=contacts)

    # what is shared, and what is not, has an index each
    for sql in asked_for(captured):
        assert_searched(sql, *["key"] * 2 * len(known))


def test_duplicates_are_found_by_numbers_and_email(organisation, crowd):
    known = crowd[0]

    with CaptureQueriesContext(connection) as captured:
        found = find_duplicates(organisation, phones=[known.phone, crowd[1].phone], email=known.email)

    assert set(found) == {known.pk, crowd[1].pk}
    sql, _points = asked_for(captured)
    assert_searched(sql, *["key"] * 4)
