"""A customer's reservations on the profile, in the log, and in what may not be forgotten."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.extensions import customer_extensions
from orders.reservations import move
from tests.factories import make_customer
from tests.orders.factories import BERLIN, make_reservation, make_table

TODAY = timezone.now().astimezone(BERLIN).date()


@pytest.fixture
def customer(organisation, location):
    return make_customer(organisation)


@pytest.fixture
def client(sign_in, staff):
    return sign_in(staff)


def text(client, customer, tab="reservations", **data) -> str:
    page = client.get(reverse("customers:profile", args=[customer.pk]), {"tab": tab} | data)
    return " ".join(page.content.decode().split())


def test_past_and_coming_stand_apart_and_no_shows_are_counted(client, customer, location):
    make_reservation(location, customer, day=TODAY + timedelta(days=3), note="Coming soon")
    for days in (5, 9):
        missed = make_reservation(location, customer, day=TODAY - timedelta(days=days))
        move(missed, "no_show", seen="confirmed", actor=None)
    page = text(client, customer)
    assert "did not come 2 times" in page
    assert page.index("Coming soon") < page.index("<h3>Past</h3>")


def test_without_any_it_says_what_will_stand_here(client, customer):
    assert "No reservation yet" in text(client, customer)


def test_older_ones_have_their_page(client, customer, location):
    for days in range(1, 28):
        make_reservation(location, customer, day=TODAY - timedelta(days=days), note=f"n{days}.")
    first = client.get(reverse("customers:profile", args=[customer.pk]), {"tab": "reservations"})
    panel = first.context["panels"][0].panel
    assert len(panel["past"]) == 25
    page = text(client, customer, after=panel["after"])
    assert "n26." in page
    assert "n25." not in page
    assert "n1." in text(client, customer, after="x\x00")


@pytest.mark.parametrize("count", [1, 3])
def test_the_tab_costs_the_same_for_any_number(client, customer, location, count, django_assert_num_queries):
    for _ in range(count):
        make_reservation(location, customer, table=make_table(location))
        make_reservation(location, customer, day=TODAY - timedelta(days=2))
    text(client, customer)

    with django_assert_num_queries(7):
        text(client, customer)


def test_the_log_says_who_did_what(client, customer, location, manager):
    reservation = make_reservation(location, customer, day=TODAY - timedelta(days=1))
    move(reservation, "no_show", seen="confirmed", actor=manager)
    page = text(client, customer, tab="activity", group="reservations")
    assert "Reservation added" in page
    assert "Did not come" in page
    assert "19:00, 4 people" in page
    assert "Mara Manager" in page


def test_who_has_reserved_is_busy(organisation, customer, location):
    other = make_customer(organisation)
    make_reservation(location, customer)
    busy = set()
    for extension in customer_extensions():
        busy |= extension.busy_customers(organisation, [customer.pk, other.pk])
    assert busy == {customer.pk}
