"""What tests of redemptions share: whose points, and the bill of a till."""

import pytest

from loyalty.points import PointsLine, add_lines
from tests.factories import make_customer
from tests.orders.factories import MORNING, make_programme

BILL = {"points": 40, "bill_cents": 2_800, "source": "web", "external_id": "A-1"}


@pytest.fixture
def customer(organisation, location):
    """Somebody with 100 points, worth 5 cents each."""
    make_programme(organisation, point_value_cents=5, points_per_euro=0, minimum_points=20)
    customer = make_customer(organisation, phone="+4917139200012")
    add_lines(organisation, [PointsLine(customer.pk, "adjusted", 100, MORNING)])
    return customer


@pytest.fixture
def bill(customer):
    """As a till asks over HTTP for the first 40 points of that customer."""
    return BILL | {"customer_id": customer.pk}
