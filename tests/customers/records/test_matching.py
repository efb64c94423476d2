from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from backoffice.core.text.names import split_name
from customers.choices import Module
from customers.figures.counters import DaySums, stored_counters, stored_daily, true_counters, true_daily
from customers.models import Customer, CustomerStats
from customers.records.matching import Contact, find_or_create, match_many
from tests.factories import make_location, make_organisation

PHONE, OTHER_PHONE = "+4917139200012", "+4917139200099"


def find(organisation, location, **known):
    return find_or_create(organisation=organisation, location=location, **{"source": "web"} | known)


def test_the_phone_finds_the_customer_from_any_channel(organisation, location):
    first, created = find(organisation, location, phone=PHONE)
    again, created_again = find(organisation, location, phone=PHONE, source="store")

    assert (created, created_again) == (True, False)
    assert again.pk == first.pk
    assert Customer.objects.get().source == "web"


def test_the_email_finds_the_customer_whatever_its_case(organisation, location):
    first, _ = find(organisation, location, email="Anna.Müller@Example.org")
    again, created = find(organisation, location, email="anna.mÜller@example.ORG")

    assert not created
    assert again.pk == first.pk
    assert Customer.objects.get().email == "Anna.Müller@Example.org"


def test_the_phone_decides_before_the_email_and_nothing_is_merged(organisation, location):
    by_phone, _ = find(organisation, location, phone=PHONE)
    by_email, _ = find(organisation, location, email="anna@example.org")

    found, created = find(organisation, location, phone=PHONE, email="anna@example.org")

    assert not created
    assert found.pk == by_phone.pk
    assert Customer.objects.get(pk=by_phone.pk).email == ""
    assert Customer.objects.get(pk=by_email.pk).phone == ""


def test_what_the_customer_lacks_is_completed_and_searchable(organisation, location):
    find(organisation, location, phone=PHONE)

    find(organisation, location, phone=PHONE, email="anna@example.org", first_name="Anna", last_name="Groß")

    customer = Customer.objects.get()
    assert (customer.email, customer.email_key, customer.name) == (
        "anna@example.org",
        "anna@example.org",
        "Anna Groß",
    )
    assert customer.sort_name == "gross anna"
    assert "anna@example.org" in customer.search_text


def test_what_the_customer_has_is_never_overwritten(organisation, location):
    find(organisation, location, phone=PHONE, email="a@example.org", first_name="Anna", last_name="Groß")

    find(
        organisation, location, email="a@example.org", phone=OTHER_PHONE, first_name="Otto", last_name="Klein"
    )

    customer = Customer.objects.get()
    assert (customer.phone, customer.name) == (PHONE, "Anna Groß")


def test_a_missing_last_name_is_taken_only_with_the_same_first_name(organisation, location):
    find(organisation, location, phone=PHONE, first_name="Anna")
    find(organisation, location, phone=PHONE, first_name="Otto", last_name="Klein")
    assert Customer.objects.get().name == "Anna"

    find(organisation, location, phone=PHONE, first_name="ANNA", last_name="Groß")
    assert Customer.objects.get().name == "Anna Groß"


def test_modules_add_up_and_source_and_location_stay(organisation, location):
    find(organisation, location, phone=PHONE, module_bits=Module.SHOP.value)
    elsewhere = make_location(organisation)

    find(organisation, elsewhere, phone=PHONE, source="store", module_bits=Module.TILL.value)

    customer = Customer.objects.get()
    assert customer.modules == [Module.SHOP, Module.TILL]
    assert (customer.source, customer.location) == ("web", location)


def test_an_older_date_moves_joined_back_and_its_figures_with_it(organisation, location):
    find(organisation, location, phone=PHONE, joined_at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    find(organisation, location, phone=PHONE, joined_at=datetime(2025, 3, 2, 12, tzinfo=UTC))
    find(organisation, location, phone=PHONE, joined_at=datetime(2026, 5, 2, 12, tzinfo=UTC))

    assert Customer.objects.get().joined_at.year == 2025
    assert stored_daily(organisation) == true_daily(organisation) | {
        key: DaySums() for key in stored_daily(organisation) if key[2].year == 2026
    }


def test_a_customer_of_another_organisation_is_not_found(organisation, location, other_organisation):
    find(organisation, location, phone=PHONE)

    customer, created = find(other_organisation, make_location(other_organisation), phone=PHONE)

    assert created
    assert customer.organisation_id == other_organisation.pk


def test_a_new_customer_has_statistics_and_is_counted(organisation, location):
    customer, _ = find(organisation, location, phone=PHONE)

    assert CustomerStats.objects.get(pk=customer.pk).organisation == organisation
    assert (
        stored_counters(organisation)
        == true_counters(organisation)
        == {(location.pk, "web"): (1, 0, 0, 0, 0, 0)}
    )


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Anna Müller", "Anna", "Müller"),
        ("  Anna   Müller ", "Anna", "Müller"),
        ("Müller, Anna", "Anna", "Müller"),
        ("Ana María de la Cruz", "Ana María", "de la Cruz"),
        ("Hans von der Heide", "Hans", "von der Heide"),
        ("Van Morrison", "Van", "Morrison"),
        ("Madonna", "Madonna", ""),
        ("", "", ""),
    ],
)
def test_a_full_name_is_split_where_the_last_name_begins(full, first, last):
    assert split_name(full) == (first, last)


contacts = st.builds(
    dict,
    phone=st.sampled_from(["", PHONE, OTHER_PHONE, "+4917139200001"]),
    email=st.sampled_from(["", "a@example.org", "A@example.org", "b@example.org", "c@example.org"]),
    first_name=st.sampled_from(["", "Anna", "Otto"]),
    last_name=st.sampled_from(["", "Groß", "Klein"]),
    source=st.sampled_from(["web", "store"]),
    module_bits=st.integers(0, 15),
    joined_at=st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
).filter(lambda contact: contact["phone"] or contact["email"])

COMPARED = ("phone", "email", "first_name", "last_name", "source", "module_bits", "joined_at", "search_text")


class ManyAtOnceTest(TestCase):
    @given(st.lists(contacts, max_size=12), st.integers(0, 12))
    def test_many_at_once_are_matched_as_one_by_one(self, drawn, cut):
        single, many = (make_organisation() for _ in range(2))
        place, other_place = make_location(single), make_location(many)

        for contact in drawn:
            find_or_create(organisation=single, location=place, **contact)
        for chunk in (drawn[:cut], drawn[cut:]):
            chunk = [Contact(location_id=other_place.pk, **contact) for contact in chunk]
            match_many(organisation=many, contacts=chunk)

        rows = [
            list(Customer.objects.of(one).order_by("pk").values_list(*COMPARED)) for one in (single, many)
        ]
        assert rows[0] == rows[1]
        figures = [sorted(true_counters(one).values()) for one in (single, many)]
        assert figures[0] == figures[1] == sorted(stored_counters(many).values())
