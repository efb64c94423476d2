"""What tests of loyalty share: a customer with points that expire."""

from datetime import UTC, datetime

import pytest

from customers.models import Customer, CustomerStats
from loyalty.models import PointsEntry, PointsLot
from orders.recording import record_order
from tests.orders.factories import make_event, make_programme

NEW_YEAR = datetime(2026, 1, 1, 11, 0, tzinfo=UTC)


@pytest.fixture
def programme(organisation):
    return make_programme(organisation, expires_after_months=12)


@pytest.fixture
def order_of(organisation, location, programme):
    """Record an order of Anna in a month of 2026, on its first day; she earns a point per euro."""

    def order_of(month: int, euros: int, **fields):
        placed_at = NEW_YEAR.replace(month=month)
        event = make_event(location, total_cents=euros * 100, placed_at=placed_at, **fields)
        return record_order(organisation=organisation, event=event).order

    return order_of


def lots_left() -> list[tuple[str, int]]:
    """The last day of each lot, and what is left in it."""
    lots = PointsLot.objects.order_by("expires_on", "pk").values_list("expires_on", "left")
    return [(day.isoformat(), left) for day, left in lots]


def points() -> tuple[int, int]:
    """Points and earned points of the only customer."""
    return CustomerStats.objects.values_list("points", "earned_points").get()


def kinds() -> list[tuple[str, int]]:
    return list(PointsEntry.objects.order_by("pk").values_list("kind", "points"))


def anna() -> Customer:
    customer = Customer.objects.select_related("organisation").get()
    customer.stats = CustomerStats.objects.get(customer=customer)
    return customer
