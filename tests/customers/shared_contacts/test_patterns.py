"""An organisation's own patterns of phones and e-mails that are a platform's or nobody's."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from backoffice.audit.models import AuditEntry
from backoffice.core.text import relays as relays_module
from customers.contacts.changing import add_point
from customers.models import ContactPoint, Customer
from customers.records.matching import Contact, find_or_create, match_many
from customers.shared_contacts.patterns import (
    add_pattern,
    apply_pattern,
    count_met,
    read_pattern,
    remove_pattern,
)
from tests.factories import make_customer, make_organisation

URL = reverse("shared-contacts:list")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" *@Desk.Hotel.example ", "*@desk.hotel.example"),
        ("+49 30 / 123-*", "+4930123*"),
        ("family.sample@gmail.com", "family.sample@gmail.com"),
        ("order-*@gmail.com", "order-*@gmail.com"),
    ],
)
def test_a_pattern_is_kept_as_keys_are(text, kept):
    assert read_pattern(text) == kept


@pytest.mark.parametrize(
    "text",
    ["*", "*@*", "*@gmail.com", "*@gmx.*", "*@*.de", "a@b@c", "@x.example", "+*", "+4917*", "0301*", "x"],
)
def test_what_would_meet_everybody_is_refused_with_what_to_do(text):
    with pytest.raises(ValidationError) as refused:
        read_pattern(text)
    assert len(str(refused.value.messages[0])) > 40


def test_what_an_own_pattern_meets_is_shared_from_the_start_and_for_this_house_alone(
    organisation, location, admin
):
    add_pattern(organisation, "*@desk.example", actor=admin)
    for number in ("+491713920012", "+491713920013"):
        find_or_create(
            organisation=organisation, location=location, source="web", phone=number, email="1@desk.example"
        )
    assert Customer.objects.count() == 2
    assert ContactPoint.objects.filter(key="1@desk.example", is_shared=True).count() == 2
    other = make_organisation()
    found = make_customer(other, email="1@desk.example")
    assert not found.contact_points.get(kind="email").is_shared


def test_many_orders_read_the_patterns_once(organisation, location, admin, monkeypatch):
    add_pattern(organisation, "*@desk.example", actor=admin)
    relays_module._relays.cache_clear()
    made = []
    monkeypatch.setattr(relays_module, "_compiled", lambda patterns: made.append(1))
    contacts = [Contact(location.pk, "web", email=f"{number}@desk.example") for number in range(50)]
    match_many(organisation=organisation, contacts=contacts)
    assert len(made) == 2  # domains, and all others


def test_stored_points_are_counted_and_marked_when_somebody_says_so(organisation, admin):
    met = [make_customer(organisation, email=f"{number}@desk.example") for number in range(3)]
    left = make_customer(organisation, email="desk@other.example")
    like = make_customer(organisation, email="x@deskXexample.org")
    make_customer(make_organisation(), email="9@desk.example")
    add_pattern(organisation, "*@desk.example", actor=admin)
    assert count_met(organisation, ["*@desk.example"]) == [(3, 3)]
    assert apply_pattern(organisation, "*@desk.example", actor=admin) == 3
    assert count_met(organisation, ["*@desk.example"]) == [(3, 0)]
    assert all(customer.contact_points.get(kind="email").is_shared for customer in met)
    assert (
        not left.contact_points.get(kind="email").is_shared
        and not like.contact_points.get(kind="email").is_shared
    )
    assert ContactPoint.objects.filter(is_shared=True).count() == 3
    add_point(left, value="1@desk.example", actor=admin)  # nobody's alone any more


def test_signs_of_sql_mean_themselves(organisation, admin):
    make_customer(organisation, email="aXb@desk.example")
    make_customer(organisation, email="a_b@desk.example")
    assert count_met(organisation, ["a_b@desk*", "a%@desk.example"]) == [(1, 1), (0, 0)]


def test_changes_are_in_the_log_without_the_address(organisation, admin):
    add_pattern(organisation, "anna@desk.example", actor=admin)
    remove_pattern(organisation, "anna@desk.example", actor=admin)
    lines = AuditEntry.objects.filter(organisation=organisation).order_by("pk")
    actions = [line.action.removeprefix("organisation.") for line in lines]
    assert actions == ["shared_pattern_added", "shared_pattern_removed"]
    assert "anna" not in str([line.details for line in lines])


def test_the_page_adds_tries_marks_and_removes(client, organisation, admin):
    make_customer(organisation, phone="+49301234567")
    client.force_login(admin)
    refused = client.post(reverse("shared-contacts:add"), {"pattern": "*@gmail.com"})
    assert (
        refused.status_code == 422 and "everybody who has an address at gmail.com" in refused.content.decode()
    )
    client.post(reverse("shared-contacts:add"), {"pattern": "+4930123*"})
    page = client.get(URL, {"value": "030 1234567"}).content.decode()
    assert "Yes: +4930123* meets it." in page and "Mark 1 as shared" in page
    client.post(reverse("shared-contacts:apply"), {"pattern": "+4930123*"})
    assert "Mark 1 as shared" not in client.get(URL, {"count": "yes"}).content.decode()
    client.post(reverse("shared-contacts:remove"), {"pattern": "+4930123*"})
    assert "No pattern meets it." in client.get(URL, {"value": "030 1234567"}).content.decode()
    assert ContactPoint.objects.get(kind="phone").is_shared
