"""The search goes along with what changes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.candidates import finding, look_at, searching
from customers.candidates.searching import find_duplicates_of_all, search_on
from customers.models import ContactPoint, Customer, DuplicateCandidate, DuplicateKey, DuplicateSearch
from tests.factories import make_customer

HOME = {"first_name": "Ida", "last_name": "Ingwer", "postcode": "12345", "address1": "Ingwerstr. 12"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(searching, "BEHIND", -timedelta(minutes=1))


def pairs():
    return list(DuplicateCandidate.objects.values_list("one", "other", "score", "reasons"))


def test_two_who_were_stored_are_found(organisation):
    one, other = (make_customer(organisation, **HOME) for _ in range(2))
    find_duplicates_of_all()
    assert pairs() == [(one.pk, other.pk, 90, ["name_address"])]
    assert DuplicateSearch.objects.get().finished_at


def test_nobody_is_compared_across_organisations(organisation, other_organisation):
    make_customer(organisation, **HOME)
    make_customer(other_organisation, **HOME)
    find_duplicates_of_all()
    assert pairs() == []


def test_each_customer_is_looked_at_once_however_small_the_steps(organisation, monkeypatch):
    seen = []
    monkeypatch.setattr(searching, "look_at", lambda organisation, ids: seen.extend(ids))
    people = [make_customer(organisation).pk for _ in range(5)]
    Customer.objects.update(updated_at=timezone.now() - timedelta(hours=1))

    while search_on(organisation, at_once=2):
        pass

    assert seen == people
    assert not search_on(organisation)


def test_who_changes_is_looked_at_again_and_nobody_else(organisation, monkeypatch):
    people = [make_customer(organisation) for _ in range(3)]
    find_duplicates_of_all()
    seen = []
    monkeypatch.setattr(searching, "look_at", lambda organisation, ids: seen.extend(ids))
    Customer.objects.filter(pk=people[1].pk).update(updated_at=timezone.now())

    find_duplicates_of_all()

    assert seen == [people[1].pk]


def test_what_no_longer_speaks_for_it_takes_the_pair_away(organisation):
    one, _other = (make_customer(organisation, **HOME) for _ in range(2))
    find_duplicates_of_all()
    Customer.objects.filter(pk=one.pk).update(first_name="Otto", address1="Weg 1")

    look_at(organisation, [one.pk])

    assert pairs() == []


def test_different_people_stay_different(organisation):
    one, other = (make_customer(organisation, **HOME) for _ in range(2))
    look_at(organisation, [one.pk, other.pk])
    DuplicateCandidate.objects.update(state="different", decided_at=timezone.now())

    look_at(organisation, [one.pk])
    Customer.objects.filter(pk=one.pk).update(address1="Weg 1", postcode="")
    look_at(organisation, [one.pk])

    assert DuplicateCandidate.objects.get().state == "different"


def test_an_alias_finds_too(organisation):
    one, other = make_customer(organisation), make_customer(organisation)
    point = {"organisation": organisation, "kind": "email", "origin": "manual", "place": None}
    ContactPoint.objects.create(customer=one, key="i.da@gmail.com", value="i.da@gmail.com", **point)
    ContactPoint.objects.create(customer=other, key="ida@googlemail.com", value="ida@googlemail.com", **point)

    look_at(organisation, [one.pk, other.pk])

    assert pairs()[0][3] == ["email"]


def test_a_key_of_a_crowd_is_none(organisation, monkeypatch):
    monkeypatch.setattr(finding, "CROWD", 2)
    people = [make_customer(organisation, **HOME).pk for _ in range(3)]
    look_at(organisation, people)
    assert pairs() == []


@pytest.mark.parametrize("others", [1, 3])
def test_looking_at_one_costs_the_same_for_any_number_of_pairs(
    organisation, others, django_assert_num_queries
):
    people = [make_customer(organisation, **HOME).pk for _ in range(1 + others)]
    look_at(organisation, people)
    with django_assert_num_queries(10):
        look_at(organisation, people[:1])


def test_keys_go_with_what_they_were_made_of(organisation):
    one = make_customer(organisation, **HOME)
    look_at(organisation, [one.pk])
    before = set(DuplicateKey.objects.values_list("key", flat=True))
    Customer.objects.filter(pk=one.pk).update(postcode="")

    look_at(organisation, [one.pk])

    assert set(DuplicateKey.objects.values_list("key", flat=True)) < before
