"""The phone of one and the e-mail of another in one order: the phone decides, and both profiles tell."""

import pytest

from customers.candidates import look_at
from customers.models import DuplicateCandidate
from customers.records import register_customer
from orders.recording import record_order, record_orders
from tests.factories import make_customer
from tests.orders.factories import make_event

PHONE, EMAIL = "+4917139200012", "anna@example.org"


@pytest.fixture
def both(organisation):
    by_phone = make_customer(organisation, first_name="Paul", last_name="Phone", phone=PHONE, email="")
    by_email = make_customer(organisation, first_name="Emma", last_name="Mail", phone="", email=EMAIL)
    return by_phone, by_email


def test_the_order_is_that_of_the_phone_and_the_pair_is_kept_once(both, organisation, location):
    for number in range(2):
        event = make_event(location, phone=PHONE, email=EMAIL, external_id=f"n{number}")
        assert record_order(organisation=organisation, event=event).order.customer == both[0]

    candidate = DuplicateCandidate.objects.get()
    assert (candidate.one, candidate.other) == both


def test_in_bulk_it_is_the_same_also_for_customers_who_are_new(organisation, location):
    known = [{"phone": PHONE, "email": ""}, {"phone": "", "email": EMAIL}, {"phone": PHONE, "email": EMAIL}]
    events = [make_event(location, minutes=n, **one) for n, one in enumerate(known)]

    record_orders(organisation, events)

    assert DuplicateCandidate.objects.count() == 1


def test_both_profiles_say_so(both, organisation, location, sign_in, staff):
    event = make_event(location, phone=PHONE, email=EMAIL)
    record_order(organisation=organisation, event=event)

    for one, other in (both, both[::-1]):
        page = sign_in(staff).get(f"/customers/{one.pk}/").content.decode()
        assert "Perhaps the same person:" in page
        assert f'<a href="/customers/{other.pk}/">{other.name}</a>' in page


def test_without_such_an_order_nothing_is_said(both, sign_in, staff):
    page = sign_in(staff).get(f"/customers/{both[0].pk}/").content.decode()
    assert "Perhaps the same person" not in page


def test_who_is_added_by_hand_is_compared_at_once(organisation, location, manager):
    fields = {"first_name": "Ida", "last_name": "Ingwer", "postcode": "12345", "address1": "Weg 1"}
    known = make_customer(organisation, **fields)
    look_at(organisation, [known.pk])

    more = {"phone": "", "email": "ii@example.org"}
    register_customer(organisation=organisation, location=location, fields=fields | more, actor=manager)

    assert DuplicateCandidate.objects.get().reasons == ["name_address"]
