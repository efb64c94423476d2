"""The numbers beside the choices of the filter dialog."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.choices import Module, Source
from customers.listing import choice_counts
from customers.models import CustomerTag, Tag
from tests.factories import make_customer, make_location

URL = "/customers/filters/"


@pytest.fixture
def people(organisation, other_organisation, location):
    """Eight customers of two places who differ in everything that can be chosen, and one of others."""
    second = make_location(organisation, name="Garten")
    tags = [Tag.objects.create(organisation=organisation, name=name) for name in ("VIP", "Chor", "Unused")]
    for number in range(8):
        days = (None, 3, 45, 200)[number % 4]
        customer = make_customer(
            organisation,
            location=second if number < 3 else location,
            source=[Source.WEB, Source.STORE, Source.IMPORT][number % 3],
            module_bits=[0, Module.SHOP, Module.SHOP | Module.TILL][number % 3],
            marketing_consent=number % 2 == 0,
            system_consent=number % 4 == 0,
            is_active=number != 5,
            country=["", "DE", "ES"][number % 3],
            language=["de", "es"][number % 2],
            birthday=timezone.now().date().replace(year=1990, day=1) if number % 3 else None,
            stats={"last_order_at": days and timezone.now() - timedelta(days=days)},
        )
        for tag in tags[: number % 3]:
            CustomerTag.objects.create(tag=tag, customer=customer)
    make_customer(other_organisation, source=Source.WEB, country="ES", module_bits=Module.SHOP)
    return second


def shown(client, query="") -> dict[tuple[str, str], str]:
    """What stands beside each choice, by filter and value."""
    fields = client.get(f"{URL}?{query}").context["filter_fields"]
    return {
        (field.name, value): count
        for field in fields
        for value, _label, count in field.counted_choices
        if count
    }


@pytest.mark.parametrize("status", ["active", "inactive", "all"])
def test_a_choice_shows_as_many_as_the_list_then_has(sign_in, admin, people, status):
    client = sign_in(admin)

    counts = shown(client, f"status={status}")

    names = {name for name, _value in counts}
    if status == "all":
        assert names >= {"status", "source", "module", "tag", "marketing", "reachable", "system", "location"}
        assert names >= {"country", "language", "last_order", "birthday_month"}
    for (name, value), count in counts.items():
        query = f"status={value}" if name == "status" else f"status={status}&{name}={value}"
        assert count == str(len(client.get(f"/customers/?{query}").context["rows"])), (name, value)


def test_in_one_place_its_customers_count(sign_in, admin, people):
    client = sign_in(admin)
    client.post(reverse("staff:choose_place"), {"location": people.pk})

    counts = shown(client)

    assert counts["location", str(people.pk)] == counts["status", "active"] == "3"
    assert (counts["source", "web"], counts["tag", "VIP"], counts["module", "shop"]) == ("1", "2", "2")


def test_of_many_customers_only_what_counters_know_is_told(sign_in, admin, people, monkeypatch):
    monkeypatch.setattr(choice_counts, "COUNT_CAP", 6)

    counts = shown(sign_in(admin))

    assert {name for name, _value in counts} == {"status", "source", "location", "marketing"}
    assert counts["source", "web"] == "3"


@pytest.mark.parametrize("more", [0, 5])
def test_the_dialog_costs_the_same_for_any_number_of_customers(
    sign_in, admin, people, organisation, more, django_assert_num_queries
):
    for number in range(more):
        tag = Tag.objects.create(organisation=organisation, name=f"Tag {number}")
        CustomerTag.objects.create(tag=tag, customer=make_customer(organisation, country="FR"))
    client = sign_in(admin)
    client.get(URL)

    with django_assert_num_queries(7):
        client.get(URL)


def test_box_word_and_number_are_one_label(sign_in, admin, people):
    page = re.sub(r"\s+", " ", sign_in(admin).get(URL).text)

    assert re.search(r'value="web" ?> <span>Website <small class="num">3</small></span> </label>', page)
    assert re.search(r'<option value="yes" > Yes \(4\) </option>', page)
