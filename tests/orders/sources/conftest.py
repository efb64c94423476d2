import pytest

from orders.models import ConnectedSource
from orders.sources.connecting import save_source
from orders.sources.formats import format_of
from tests.orders.sources.senders import SECRET


@pytest.fixture
def connect(organisation, location, admin):
    """Connect a vendor of a kind: `connect("shopify")`."""

    def make(kind, **fields) -> ConnectedSource:
        source = ConnectedSource(
            organisation=organisation,
            location=location,
            kind=kind,
            source=format_of(kind).SOURCE,
            **{"name": kind.title()} | fields,
        )
        source.secret = SECRET
        return save_source(source, actor=admin, changed=["name"])

    return make
