import pytest

from orders.models import ConnectedSource
from orders.sources.connecting import save_source
from orders.sources.formats import format_of
from tests.orders.sources.senders import SECRET, FakeApi


@pytest.fixture
def connect(organisation, location, admin):
    """Connect a vendor of a kind: `connect("shopify")`."""

    def make(kind, **fields) -> ConnectedSource:
        given = {"organisation": organisation, "location": location, "name": kind.title()} | fields
        source = ConnectedSource(kind=kind, source=format_of(kind).SOURCE, **given)
        source.secret = SECRET
        return save_source(source, actor=admin, changed=["name"])

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
