import pytest

from tests.orders.factories import make_driver

VALUES = ["\x00", "\ud800", "x" * 5_000, "9" * 400, "-1", "٣", "none"]


@pytest.mark.parametrize("path", ["", "filters/", "export.csv"])
@pytest.mark.parametrize(
    "name", ["driver", "location", "delivery", "period", "from", "to", "after", "before"]
)
def test_extreme_values_are_answered(sign_in, manager, organisation, location, name, path):
    make_driver(organisation)
    client = sign_in(manager)
    for value in (*VALUES, "9000-12-31", "1500-01-01"):
        assert client.get(f"/deliveries/{path}", {name: value}).status_code < 500
