"""A shared value attaches nothing by itself: only together with the name."""

import pytest

from customers.models import ContactPoint, Customer
from customers.records.matching import Contact, find_or_create, match_many
from orders.models import Order
from orders.recording import record_order
from orders.reservations import book
from tests.factories import make_customer
from tests.orders.factories import make_event, make_wish

FAMILY = "+493023125400"


@pytest.fixture
def family(organisation):
    """Two people whose only number is that of their home."""
    people = [
        make_customer(organisation, first_name=name, last_name="Müller", phone=f"+49171392001{n}", email="")
        for n, name in enumerate(["Anna", "Bernd"])
    ]
    for person in people:
        ContactPoint.objects.create(
            **{"organisation": organisation, "customer": person, "kind": "phone", "key": FAMILY},
            **{"value": FAMILY, "place": 1, "is_shared": True, "origin": "manual"},
        )
        Customer.objects.filter(pk=person.pk).update(phone2=FAMILY)
    return people


def order_of(location, first_name="", last_name="", **known) -> Order:
    event = make_event(location, **{"phone": FAMILY} | known, first_name=first_name, last_name=last_name)
    return record_order(organisation=location.organisation, event=event).order


@pytest.mark.parametrize("name", [("", ""), ("Carla", "Müller"), ("", "Müller")])
def test_an_order_of_a_shared_number_is_nobodys(family, location, name):
    assert order_of(location, *name).customer is None
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("name", [("Anna", "Müller"), ("anna", "MUELLER"), ("Müller", "Anna")])
def test_with_the_name_it_is_that_persons(family, location, name):
    assert order_of(location, *name).customer == family[0]


def test_two_of_one_name_are_not_told_apart(family, location):
    Customer.objects.update(first_name="Anna")
    assert order_of(location, "Anna", "Müller").customer is None


def test_an_own_email_beside_it_says_who_it_is(family, location):
    order = order_of(location, "Carla", "Müller", email="carla@example.org")

    assert order.customer.name == "Carla Müller"
    assert ContactPoint.objects.get(customer=order.customer, kind="phone").is_shared
    assert order_of(location, email="carla@example.org", external_id="2").customer == order.customer


def test_in_bulk_it_is_the_same_as_one_by_one(family, location, organisation):
    contacts = [
        Contact(location.pk, "web", phone=FAMILY, first_name=name, last_name="Müller")
        for name in ("Anna", "Carla", "Bernd", "")
    ]
    found = match_many(organisation=organisation, contacts=contacts).customers
    one_by_one = [
        find_or_create(
            organisation=organisation,
            location=location,
            source="web",
            phone=FAMILY,
            first_name=contact.first_name,
            last_name=contact.last_name,
        )[0]
        for contact in contacts
    ]
    assert found == one_by_one == [family[0], None, family[1], None]


def test_a_reservation_keeps_the_name_it_was_made_under(family, location):
    wish = make_wish(name="Carla Müller", phone=FAMILY)
    reservation = book(organisation=location.organisation, location=location, wish=wish, actor=None)

    assert (reservation.customer, reservation.name, reservation.phone) == (None, "Carla Müller", FAMILY)
