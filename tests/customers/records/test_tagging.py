"""Tags come and go one by one: nobody takes off what somebody else put on meanwhile."""

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError

from backoffice.core.pages.toasts import read
from customers.models import Customer, CustomerTag, Tag
from customers.records.tagging import change_tags
from tests.factories import make_customer


@pytest.fixture
def customer(organisation):
    customer = make_customer(organisation)
    change_tags(customer, add=["Stammgast"], actor=None)
    return customer


@pytest.fixture
def tag(sign_in, staff, customer):
    client = sign_in(staff)

    def tag(headers=None, **data):
        return client.post(f"/customers/{customer.pk}/tags/", data, headers=headers)

    return tag


def now(customer) -> str:
    customer = Customer.objects.get(pk=customer.pk)
    links = CustomerTag.objects.filter(customer=customer).values_list("tag__name", flat=True)
    assert sorted(links) == sorted(customer.tag_names)
    return customer.tags_text


def undo_of(response) -> dict:
    (message,) = [one for one in get_messages(response.wsgi_request) if one.extra_tags]
    return read(message)


def test_a_change_touches_only_the_tags_it_names(customer):
    assert change_tags(customer, add=["VIP", "stammgast", "Öl"], actor=None) == (["VIP", "Öl"], [])
    assert change_tags(customer, remove=["vip ", "unknown"], actor=None) == ([], ["VIP"])
    assert change_tags(customer, add=["Stammgast"], remove=["VIP"], actor=None) == ([], [])
    assert now(customer) == customer.tags_text == "Stammgast, Öl"


def test_tags_move_the_moment_of_the_last_change(customer):
    before = Customer.objects.get().updated_at
    change_tags(customer, add=["VIP"], actor=None)
    assert Customer.objects.get().updated_at == customer.updated_at > before

    change_tags(customer, add=["vip"], actor=None)
    assert Customer.objects.get().updated_at == customer.updated_at


def test_too_many_tags_are_refused_whoever_added_the_others(customer):
    change_tags(customer, add=[f"t{n}" for n in range(19)], actor=None)

    with pytest.raises(ValidationError):
        change_tags(customer, add=["one more"], actor=None)
    change_tags(customer, add=["another"], remove=["t1"], actor=None)

    assert len(now(customer).split(", ")) == 20
    assert not Tag.objects.filter(name="one more").exists()


def test_a_tag_of_another_organisation_stays_there(customer, other_organisation):
    theirs = make_customer(other_organisation)
    change_tags(theirs, add=["Stammgast"], actor=None)
    change_tags(customer, remove=["Stammgast"], actor=None)

    assert (now(customer), now(theirs)) == ("", "Stammgast")


@pytest.mark.parametrize(
    ("change", "after"), [({"add": "VIP"}, "Stammgast, VIP"), ({"remove": "Stammgast"}, "")]
)
def test_every_change_offers_to_be_undone(tag, customer, change, after):
    toast = undo_of(tag(**change))
    assert now(customer) == after

    tag(**toast["undo_fields"])

    assert toast["undo_url"] == f"/customers/{customer.pk}/tags/"
    assert now(customer) == "Stammgast"


def test_undoing_leaves_tags_that_were_there_before(tag, customer):
    toast = undo_of(tag(add="Stammgast, VIP"))
    tag(**toast["undo_fields"])

    assert now(customer) == "Stammgast"


def test_with_htmx_only_the_tags_are_answered_and_the_toast(tag, customer):
    response = tag({"HX-Request": "true"}, add="VIP")

    assert response.status_code == 200
    assert response.text.lstrip().startswith('<li class="cluster" id="tags">')
    assert 'hx-swap-oob="beforeend"' in response.text and "Added as tag: VIP." in response.text
    assert "<html" not in response.text
    assert tag(add="x").status_code == 302


def test_tags_of_the_house_are_suggested(sign_in, staff, customer, other_organisation):
    change_tags(make_customer(other_organisation), add=["Secreto"], actor=None)
    options = sign_in(staff).get(f"/customers/{customer.pk}/tags/").text

    assert '<option value="Stammgast">' in options
    assert "Secreto" not in options


def edit(customer, **changes) -> dict:
    """What the edit form of the customer sends back unchanged."""
    typed = {name: getattr(customer, name) for name in ("first_name", "last_name", "email", "phone")}
    seen = {"tags": customer.tags_text, "seen_tags": customer.tags_text}
    return typed | seen | {"seen_at": customer.updated_at.isoformat()} | changes


def test_a_stale_form_takes_off_no_tag_that_came_meanwhile(sign_in, manager, customer):
    opened = edit(customer, tags="Fensterplatz", company="Mine")  # Stammgast taken off, Fensterplatz put on
    change_tags(Customer.objects.get(), add=["VIP"], actor=None)
    client, url = sign_in(manager), f"/customers/{customer.pk}/edit/"

    told = client.post(url, opened)
    assert told.status_code == 409
    assert now(customer) == "Stammgast, VIP"
    form = told.context["form"].data
    assert (form["tags"], form["seen_tags"]) == ("VIP, Fensterplatz", "Stammgast, VIP")

    client.post(url, opened | {name: form[name] for name in ("tags", "seen_tags", "seen_at")})
    assert now(customer) == "Fensterplatz, VIP"
    assert Customer.objects.get().company == "Mine"


def test_a_form_that_cannot_say_what_it_saw_takes_nothing_off(sign_in, manager, customer):
    sign_in(manager).post(f"/customers/{customer.pk}/edit/", edit(customer, tags="VIP", seen_tags=""))

    assert now(customer) == "Stammgast, VIP"


def test_a_form_adds_and_takes_off_what_the_person_changed(sign_in, manager, customer):
    sign_in(manager).post(f"/customers/{customer.pk}/edit/", edit(customer, tags="VIP, Büro"))

    assert now(customer) == "Büro, VIP"


def test_a_form_that_would_give_too_many_tags_says_so_and_saves_nothing(sign_in, manager, customer):
    change_tags(customer, add=[f"t{n}" for n in range(19)], actor=None)
    typed = edit(customer, tags="new", seen_tags="", company="Mine")
    response = sign_in(manager).post(f"/customers/{customer.pk}/edit/", typed)

    assert response.status_code == 422 and "at most 20 tags" in response.text
    assert Customer.objects.get().company == ""
