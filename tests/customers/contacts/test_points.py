"""Every phone and e-mail finds its customer, and what several share is nobody's alone."""

import pytest
from django.db import IntegrityError, transaction

from customers.contacts import add_contact_points, follow_columns, owner_of
from customers.invariants import broken_invariants
from customers.listing.search import find_matches
from customers.models import ContactPoint, Customer
from customers.records.matching import find_or_create
from customers.records.registering import edit_customer
from tests.factories import make_customer

PHONE, OTHER, THIRD = "+4917139200012", "+4917139200099", "+493023125400"


def places(customer) -> dict[str, int | None]:
    return dict(ContactPoint.objects.filter(customer=customer).values_list("value", "place"))


def is_shared(customer, key) -> bool:
    return ContactPoint.objects.get(customer=customer, key=key).is_shared


def find(location, **known):
    organisation = location.organisation
    return find_or_create(organisation=organisation, location=location, source="web", **known)[0]


@pytest.fixture
def anna(organisation):
    return make_customer(
        organisation, first_name="Anna", last_name="Alt", phone=PHONE, phone2=OTHER, email="Anna@example.org"
    )


def test_the_fields_of_a_customer_are_contact_points(anna, organisation):
    assert places(anna) == {PHONE: 0, OTHER: 1, "Anna@example.org": 0}
    assert list(broken_invariants(organisation)) == []


@pytest.mark.parametrize("known", [{"phone": OTHER}, {"email": "anna@EXAMPLE.org"}, {"phone": PHONE}])
def test_every_one_finds_the_customer(anna, location, known):
    assert find(location, **known) == anna


def test_a_corrected_value_stays_as_an_alias_that_finds(anna, location, manager):
    edit_customer(anna, fields={"email": "neu@example.org", "phone": THIRD}, actor=manager)

    assert places(anna) == {THIRD: 0, OTHER: 1, PHONE: None, "neu@example.org": 0, "Anna@example.org": None}
    assert find(location, phone=PHONE) == anna
    assert find(location, email="anna@example.org") == anna
    assert list(broken_invariants(location.organisation)) == []


@pytest.mark.parametrize("query", ["Anna@example.org", "39200012", "0171 39200012"])
def test_an_alias_is_found_by_the_search(anna, organisation, manager, query):
    edit_customer(anna, fields={"email": "neu@example.org", "phone": THIRD}, actor=manager)

    found = find_matches(organisation, Customer.objects.of(organisation), query)

    assert found.ids == [anna.pk]


def test_numbers_may_change_places(anna, manager):
    edit_customer(anna, fields={"phone": OTHER, "phone2": PHONE}, actor=manager)
    assert places(anna) == {OTHER: 0, PHONE: 1, "Anna@example.org": 0}


def test_an_emptied_field_leaves_nothing_behind(anna, manager):
    edit_customer(anna, fields={"phone2": ""}, actor=manager)
    assert places(anna) == {PHONE: 0, "Anna@example.org": 0}


def test_the_next_number_moves_up_where_the_second_goes(anna, organisation, manager):
    ContactPoint.objects.create(
        organisation=organisation, customer=anna, kind="phone", key=THIRD, value=THIRD, place=2, origin="web"
    )
    edit_customer(anna, fields={"phone2": ""}, actor=manager)

    anna.refresh_from_db()
    assert (anna.phone2, anna.other_contacts) == (THIRD, "")


def test_an_alias_that_comes_back_is_the_first_again(anna, manager):
    edit_customer(anna, fields={"phone": THIRD}, actor=manager)
    edit_customer(anna, fields={"phone": PHONE}, actor=manager)
    assert places(anna) == {PHONE: 0, THIRD: None, OTHER: 1, "Anna@example.org": 0}


def test_what_is_taken_back_leaves_no_alias(anna, organisation):
    anna.phone = THIRD
    anna.save()
    follow_columns(organisation, [anna], origin="import", keeps_old=False)
    assert places(anna) == {THIRD: 0, OTHER: 1, "Anna@example.org": 0}


def test_a_further_number_of_two_is_shared(anna, organisation):
    bernd = make_customer(organisation, phone2=OTHER)

    assert is_shared(anna, OTHER)
    assert is_shared(bernd, OTHER)
    assert not owner_of(organisation, phone=OTHER).exists()


def test_the_first_number_of_one_is_no_longer_alone_that_of_another(anna, organisation, location):
    bernd = make_customer(organisation, phone=OTHER)

    assert is_shared(anna, OTHER)
    assert not is_shared(bernd, OTHER)
    assert find(location, phone=OTHER) == bernd


def test_an_alias_gives_way_to_who_has_the_number_now(anna, organisation, location, manager):
    edit_customer(anna, fields={"phone": THIRD}, actor=manager)
    bernd = make_customer(organisation, phone=PHONE)

    assert find(location, phone=PHONE) == bernd
    assert places(anna)[PHONE] is None


def test_whoever_takes_a_shared_number_shares_it(anna, organisation):
    make_customer(organisation, phone2=OTHER)
    carla = make_customer(organisation, phone=OTHER)
    assert is_shared(carla, OTHER)


def test_two_customers_never_have_one_first_number(anna, organisation, location):
    other = Customer.objects.create(organisation=organisation, location=location, phone=PHONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        add_contact_points(organisation, [other])


BREAKERS = {
    "phone is not what": lambda: Customer.objects.update(phone=THIRD),
    "other_contacts is not what": lambda: Customer.objects.update(other_contacts=THIRD),
    "phone2 is not what": lambda: ContactPoint.objects.filter(key=OTHER).delete(),
}


@pytest.mark.parametrize("sentence", BREAKERS)
def test_a_column_that_says_something_else_is_a_broken_invariant(anna, organisation, sentence):
    BREAKERS[sentence]()
    assert any(sentence in problem for problem in broken_invariants(organisation))
