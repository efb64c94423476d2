import pytest

from orders.models import ConnectedSource
from tests.orders.sources.senders import FakeApi, connect_source


@pytest.fixture
def connect(organisation, location, admin):
    """Connect a vendor of a kind: `connect("shopify")`."""

    def make(kind, **fields) -> ConnectedSource:
        fields = {"organisation": organisation, "location": location} | fields
        return connect_source(kind, admin=admin, **fields)

    return make


@pytest.fixture
def vendor_api(settings):
    """A server of a vendor: `vendor_api({"/v2/orders/1": {...}})`."""
    settings.OUTGOING_PRIVATE = True
    servers = []

    def start(answers: dict) -> FakeApi:
        servers.append(FakeApi(answers))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
