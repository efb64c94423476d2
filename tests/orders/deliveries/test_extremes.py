"""Every parameter of the address with extreme values: never a 500."""

import pytest

from tests.orders.factories import make_driver

NAMES = ("driver", "location", "delivery", "period", "from", "to", "after", "before")
VALUES = ("\x00", "x" * 5_000, "9" * 400, "-1", "٣", "none", "9000-12-31", "1500-01-01")


@pytest.mark.parametrize("path", ["", "filters/", "export.csv"])
def test_extreme_values_are_answered(sign_in, manager, organisation, location, path):
    make_driver(organisation)
    client = sign_in(manager)
    for name in NAMES:
        for value in VALUES:
            assert client.get(f"/deliveries/{path}", {name: value}).status_code < 500, (name, value)
