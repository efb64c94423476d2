"""The substring index keeps pace with every write path, and with itself."""

import io
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.importing import import_customers
from customers.listing.search import find_matches
from customers.listing.search_index import ensure_search_index
from customers.models import Customer
from customers.records.matching import Contact, match_many
from customers.records.registering import edit_customer, register_customer
from tests.factories import make_customer


def found(organisation, query) -> set[int]:
    return set(find_matches(organisation, Customer.objects.of(organisation), query).ids)


def test_every_way_a_customer_comes_in_is_found(organisation, location):
    by_hand = register_customer(
        organisation=organisation,
        location=location,
        fields={"first_name": "Anneliese", "last_name": "Hand", "phone": "+491713920012"},
        actor=None,
    )
    content = b"first_name,last_name,email\nAnneliese,Datei,a@example.org\n"
    import_customers(io.BytesIO(content), organisation=organisation)
    contact = Contact(location_id=location.pk, source="web", email="b@example.org", first_name="Anneliese")
    by_order = match_many(organisation=organisation, contacts=[contact]).customers[0]
    by_file = Customer.objects.get(last_name="Datei")

    assert found(organisation, "neliese") == {by_hand.pk, by_file.pk, by_order.pk}


def test_a_changed_name_is_found_under_the_new_one_alone(organisation):
    customer = make_customer(organisation, first_name="Rosalie")

    edit_customer(customer, fields={"first_name": "Friederike"}, actor=None)

    assert found(organisation, "rosalie") == set()
    assert found(organisation, "friederike") == {customer.pk}


def test_a_deleted_customer_is_not_found(organisation):
    customer = make_customer(organisation, first_name="Rosalie")
    Customer.objects.filter(pk=customer.pk).delete()

    assert found(organisation, "rosalie") == set()


def test_lost_triggers_come_back_with_what_was_written_meanwhile(organisation):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its index itself")
    with connection.cursor() as cursor:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER customers_search_{event}")
    customer = make_customer(organisation, first_name="Rosalie")
    assert found(organisation, "rosalie") == set()

    ensure_search_index()

    assert found(organisation, "rosalie") == {customer.pk}


def renew() -> tuple[int, int]:
    """Run the migration that derives the search texts anew; its questions and updates of customers."""
    migration = import_module("customers.migrations.0006_search_text_anew")
    with CaptureQueriesContext(connection) as queries, connection.schema_editor(atomic=False) as editor:
        migration.derive_anew(apps, editor)
    statements = [query["sql"] for query in queries if "customers_customer" in query["sql"]]
    updates = sum('UPDATE "customers_customer"' in sql for sql in statements)
    return len(statements) - updates, updates


@pytest.mark.django_db(transaction=True)
def test_customers_of_an_older_version_are_found_and_sorted_by_the_new_folding(organisation, monkeypatch):
    monkeypatch.setattr(import_module("customers.migrations.0006_search_text_anew"), "BATCH", 2)
    right = [make_customer(organisation, first_name="Anna", last_name=f"Klein {n}") for n in range(5)]
    polish = make_customer(organisation, first_name="Łukasz", last_name="Wójcik", phone="+36301234567")
    old = {"sort_name": "wojcik łukasz", "search_text": " łukasz wojcik 36301234567 0301234567"}
    Customer.objects.filter(pk=polish.pk).update(**old)
    assert found(organisation, "lukasz") == set()

    assert renew()[1] == 1

    polish.refresh_from_db()
    assert polish.sort_name == "wojcik lukasz"
    assert found(organisation, "lukasz") == found(organisation, "06301234567") == {polish.pk}
    assert found(organisation, "klein") == {customer.pk for customer in right}
    assert renew() == (4, 0)  # three batches, read once, and the end


def test_a_sign_that_folds_to_many_letters_fits_the_column(organisation):
    customer = make_customer(organisation, first_name="\ufdfa" * 80, last_name="")
    assert len(customer.sort_name) == 330
