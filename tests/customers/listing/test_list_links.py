"""Links and forms of the list carry what the address says."""

import re

import pytest

from tests.factories import make_customer

pytestmark = pytest.mark.django_db
QUERY = "q=pfeff&amp;source=manual&amp;sort=name"


@pytest.fixture
def page(sign_in, manager, organisation):
    make_customer(organisation)
    return sign_in(manager).get("/customers/?sort=name&source=manual&q=pfeff").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/customers/export.csv", "/customers/export.xlsx", "/customers/export/", "/customers/filters/"],
)
def test_every_link_keeps_the_state(page, address):
    assert f'href="{address}?{QUERY}"' in page


def test_the_selection_keeps_the_state(page):
    bar = re.search(r'<form class="bulkbar".*?</form>', page, re.DOTALL).group()

    assert re.findall(r'name="(\w+)" value="(\w+)"', bar) == [
        ("q", "pfeff"),
        ("source", "manual"),
        ("sort", "name"),
    ]
