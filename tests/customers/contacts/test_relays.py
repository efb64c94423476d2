"""Addresses that platforms hand on, and masked phones, are shared from the start."""

import pytest

from backoffice.core.text.relays import relays
from customers.models import ContactPoint, Customer
from customers.records.matching import find_or_create

RELAY = "abc123@marketplace.amazon.de"
MASKED = "+491710000000"


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("email", RELAY, True),
        ("email", "x@guest.booking.com", True),
        ("email", "anna@example.org", False),
        ("email", "anna@notwolt.com", False),
        ("phone", MASKED, True),
        ("phone", "+491713920012", False),
    ],
)
def test_patterns_tell_what_is_a_platforms(kind, key, expected):
    assert relays()(kind, key) is expected


def test_an_installation_has_patterns_of_its_own(settings):
    settings.SHARED_CONTACTS = ["+4930123*", "bestellung*@example.org"]
    assert relays()("phone", "+493012345")
    assert relays()("email", "bestellung7@example.org")
    assert not relays()("email", RELAY)


@pytest.mark.parametrize("known", [{"email": RELAY}, {"phone": MASKED}, {"email": RELAY, "phone": MASKED}])
def test_an_order_with_nothing_else_is_nobodys(organisation, location, known):
    found = find_or_create(organisation=organisation, location=location, source="web", **known)
    assert found == (None, False)
    assert not Customer.objects.exists()


def test_two_people_have_the_address_of_one_platform(organisation, location):
    for number in ("+491713920012", "+491713920013"):
        find_or_create(organisation=organisation, location=location, source="web", phone=number, email=RELAY)

    assert Customer.objects.count() == 2
    assert ContactPoint.objects.filter(key=RELAY, is_shared=True).count() == 2
