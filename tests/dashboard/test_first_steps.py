"""A new organisation is led: customers, orders, team; when all is done the page goes by itself."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import strip_tags

from backoffice.staff.models import Organisation, User
from orders.models import ConnectedSource
from tests.factories import make_customer, make_location, make_order, make_user

URL = reverse("first-steps")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


@pytest.fixture
def new_house(organisation, location):
    Organisation.objects.filter(pk=organisation.pk).update(is_new=True)
    organisation.refresh_from_db()
    return organisation


def test_setup_leads_the_first_administrator_there(db, client):
    call_command("setup", organisation="Wirtshaus Ahorn", email="wirt@ahorn.example", language="de")
    user = User.objects.get()
    client.force_login(user)
    page = client.get("/", follow=True)
    assert page.request["PATH_INFO"] == URL
    assert "Wirtshaus Ahorn" in text_of(page)
    assert page.context["first"].done == 1


def test_the_next_open_step_has_the_filled_button(new_house, admin, sign_in):
    client = sign_in(admin)
    html = client.get(URL).content.decode()
    filled = re.findall(r'btn btn-primary"\s+href="([^"]+)"', html)
    assert filled == [reverse("customers:import")]
    assert "1 of 5 done" in text_of(client.get(URL))

    make_customer(new_house)
    html = client.get(URL).content.decode()
    assert re.findall(r'btn btn-primary"\s+href="([^"]+)"', html) == [reverse("orders:import")]


def test_it_goes_away_by_itself_when_all_is_done(new_house, admin, sign_in):
    client = sign_in(admin)
    make_order(make_customer(new_house))
    ConnectedSource.objects.create(organisation=new_house, name="Till", slug="till")
    make_user(new_house, "staff")
    page = client.get(URL, follow=True)
    assert page.request["PATH_INFO"] == reverse("customers:list")
    assert URL not in page.content.decode()
    new_house.refresh_from_db()
    assert not new_house.is_new


def test_it_can_be_put_aside(new_house, admin, sign_in):
    client = sign_in(admin)
    assert URL in client.get(reverse("customers:list")).content.decode()
    page = client.post(reverse("first-steps-hide"), follow=True)
    assert "hidden" in text_of(page)
    assert URL not in page.content.decode()


def test_of_an_old_house_nobody_sees_it_in_the_navigation(organisation, location, admin, sign_in):
    assert URL not in sign_in(admin).get(reverse("customers:list")).content.decode()


def test_others_begin_with_the_overview(new_house, manager, staff, sign_in):
    for user in (manager, staff):
        client = sign_in(user)
        assert client.get("/").status_code == 200
        assert client.get(URL).status_code == 403


def test_the_page_asks_the_same_of_a_large_house(new_house, admin, sign_in, django_assert_max_num_queries):
    make_location(new_house)
    for _ in range(5):
        make_customer(new_house)
    client = sign_in(admin)
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
