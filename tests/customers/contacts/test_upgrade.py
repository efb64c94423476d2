"""Phones and e-mails that were columns alone are contact points after the upgrade, without loss."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from customers.invariants import broken_invariants
from customers.models import ContactPoint, Customer
from tests.factories import make_customer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BEFORE = [("customers", "0012_index_of_changes")]
HOME, PHONE, OTHER = "+493023125400", "+4917139200012", "+4917139200099"


def go_to(targets) -> None:
    MigrationExecutor(connection).migrate(targets)


@pytest.fixture
def newest():
    """Where the database is led back to, whatever happens."""
    nodes = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield nodes
    go_to(nodes)


def test_columns_become_points(organisation, newest):
    anna = make_customer(organisation, phone=PHONE, phone2=HOME, email="Anna@example.org")
    bernd = make_customer(organisation, phone=OTHER, phone2=HOME, email="")
    carla = make_customer(organisation, phone="", phone2=OTHER, email="")
    dora = make_customer(organisation, phone="+4917139200055", email="")
    Customer.objects.filter(pk=dora.pk).update(phone2="+4917139200055")
    go_to(BEFORE)

    go_to(newest)

    stored = ContactPoint.objects.values_list("customer_id", "key", "place", "is_shared")
    assert set(stored) == {
        *((anna.pk, PHONE, 0, False), (anna.pk, HOME, 1, True), (anna.pk, "anna@example.org", 0, False)),
        *((bernd.pk, OTHER, 0, False), (bernd.pk, HOME, 1, True)),
        *((carla.pk, OTHER, 1, True), (dora.pk, "+4917139200055", 0, False)),
    }
    assert list(broken_invariants(organisation)) == []
