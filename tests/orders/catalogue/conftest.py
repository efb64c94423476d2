from decimal import Decimal

import pytest

from orders.events import OrderEventLine
from orders.recording import record_order
from tests.orders.factories import make_event

# 10 of 1,000 at 7 % that cost 300, 2 of 500 whose cost nobody knows
MENU = (
    OrderEventLine("Gulasch", 10, 1_070, 300, Decimal("7"), "Hauptgerichte"),
    OrderEventLine("Wein", 2, 500, None, Decimal("19"), "Getränke"),
)


@pytest.fixture
def record(organisation, location):
    def record(place=location, **fields):
        event = make_event(place, **{"lines": MENU} | fields)
        return record_order(organisation=organisation, event=event).order

    return record


@pytest.fixture
def page(sign_in, manager, location):
    client = sign_in(manager)

    def page(url, data=None, status=200):
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status
        return response

    return page
