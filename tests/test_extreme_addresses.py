"""Every parameter of an address with extreme values: never a 500 (TRUST §2)."""

import base64

import pytest
from django.urls import reverse

from tests.factories import make_customer

pytestmark = pytest.mark.slow  # all of it together

DAYS = ["9999-12-31", "0001-01-01", "10000-01-01", "2026-02-30", "-1", "31.12.9999", "٢٠٢٦-٠١-٠١"]
CURSORS = [
    '["\\ud800",1,0]',
    "[" * 3_000 + "]" * 3_000,
    '["0001-01-01T00:00:00+14:00",1,0]',
    '["9999-12-31T23:59:59-14:00",1,0]',
    '["2026-01-01T00:00:00+00:00",' + "9" * 400 + ",0]",
    "[1e999,1,0]",
    "[NaN,1,0]",
    '{"a":1}',
    "null",
    '["\\u0000",1,0]',
    '[["a"],1,0]',
]
OTHERS = [
    "",
    "\x00",
    "\ud800",
    "x" * 10_000,
    "ß" * 3_000,
    "9" * 400,
    "-1",
    "1e9",
    "٣",
    "%",
    "'",
    '"',
    "\u202e",
]


@pytest.fixture
def client_of_admin(sign_in, admin, location):
    make_customer(location.organisation)
    return sign_in(admin)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", ["joined_from", "joined_to"])
def test_extreme_days_are_named_or_used(client_of_admin, name, day):
    assert client_of_admin.get(reverse("customers:list"), {name: day}).status_code < 500


def token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


@pytest.mark.parametrize("text", CURSORS, ids=range(len(CURSORS)))
@pytest.mark.parametrize("sort", ["-joined", "name", "revenue", "email", "last_order", "marketing"])
@pytest.mark.parametrize("parameter", ["after", "before"])
def test_places_that_no_page_has_given_out(client_of_admin, parameter, sort, text):
    answer = client_of_admin.get(reverse("customers:list"), {"sort": sort, parameter: token(text)})
    assert answer.status_code < 500


@pytest.mark.parametrize("text", CURSORS, ids=range(len(CURSORS)))
@pytest.mark.parametrize(
    "name", ["jobs:list", "audit:exports", "customers:imports", "orders:imports", "orders:product-imports"]
)
def test_places_in_logs_that_no_page_has_given_out(client_of_admin, name, text):
    for parameter in ("after", "before"):
        assert client_of_admin.get(reverse(name), {parameter: token(text)}).status_code < 500


@pytest.mark.parametrize("value", OTHERS, ids=range(len(OTHERS)))
def test_every_parameter_of_the_list_with_every_bad_value(client_of_admin, value):
    from customers.listing.state import STATE_PARAMETERS

    for name in [*STATE_PARAMETERS, "after", "before", "page", "import", "selected"]:
        query = f"{name}=".encode() + value.encode("utf-8", "surrogatepass")
        answer = client_of_admin.get(
            reverse("customers:list"), QUERY_STRING=query.replace(b"%", b"%25").decode("latin-1")
        )
        assert answer.status_code < 500, name
