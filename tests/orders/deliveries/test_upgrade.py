"""Drivers that an older version knew twice."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from orders.models import Driver, Fulfilment
from tests.factories import make_customer
from tests.orders.factories import make_delivery, make_driver

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
LEFT_AT = datetime(2026, 1, 1, tzinfo=UTC)


def go_to(name: str) -> None:
    MigrationExecutor(connection).migrate([("orders", name)])


@pytest.fixture
def newest():
    """Where the database is led back to, whatever happens."""
    (_app, name), *_others = MigrationExecutor(connection).loader.graph.leaf_nodes("orders")
    yield
    Driver.objects.all().delete()
    go_to(name)


def test_doubles_become_the_oldest_with_all_deliveries(newest, organisation, other_organisation, location):
    oldest = make_driver(organisation, name="Emre", archived_at=LEFT_AT)
    second, third, lukas = (make_driver(organisation, name=name) for name in ("Two", "Three", "Lukas"))
    theirs, customer = make_driver(other_organisation, name="EMRE"), make_customer(organisation)
    for driver in (oldest, second, third, lukas):
        make_delivery(customer, placed_at=NOON, driver=driver)
    go_to("0010_product_imports")
    for driver, name in ((second, "emre"), (third, "EMRE")):
        Driver.objects.filter(pk=driver.pk).update(name=name)

    go_to("0012_driver_names")

    assert list(Driver.objects.order_by("pk").values_list("pk", "name", "archived_at")) == [
        (oldest.pk, "Emre", None),  # one of them was in the list
        (lukas.pk, "Lukas", None),
        (theirs.pk, "EMRE", None),
    ]
    by_driver = Fulfilment.objects.order_by("pk").values_list("driver", flat=True)
    assert list(by_driver) == [oldest.pk] * 3 + [lukas.pk]
    Fulfilment.objects.update(driver=None)
