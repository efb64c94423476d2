"""The substring index keeps pace with every write path, and with itself."""

import io

import pytest
from django.db import connection

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
