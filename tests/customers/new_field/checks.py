"""What people find of a field that has its column and its row in `customers.fields`, and nothing else.

Run by `test_new_field` in a process of its own, with the settings beside this file.
"""

import csv
import io
import re
from datetime import date

import pytest
from django.urls import reverse

from customers.fields import stored_fields
from customers.models import Customer
from tests.customers.importing.conftest import (  # noqa: F401
    _own_files,
    bring,
    check,
    imported,
    take_back,
    take_in,
    work,
)
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
LIST = "/customers/"
HEAD = "first_name,last_name,email,phone,Anniversary"


@pytest.fixture
def pair(organisation):
    """Two customers with an anniversary, the later one first, and one without."""
    for name, day in (("Late", date(2015, 6, 20)), ("Early", date(2001, 2, 3)), ("Never", None)):
        make_customer(organisation, first_name=name, last_name="X", anniversary=day)


@pytest.fixture
def client(sign_in, manager):
    manager.membership.list_columns = ["anniversary"]
    manager.membership.save()
    return sign_in(manager)


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def test_the_list_offers_and_shows_it(client, pair):
    dialog = client.get(reverse("customers:columns")).content.decode()
    assert re.search(r'value="anniversary"\s+checked', dialog)

    page = client.get(LIST).content.decode()

    assert "20 Jun 2015" in page and "Anniversary" in page


def test_the_list_sorts_by_it_page_by_page(client, pair, monkeypatch):
    assert names(client.get(f"{LIST}?sort=anniversary")) == ["Never X", "Early X", "Late X"]
    assert names(client.get(f"{LIST}?sort=-anniversary")) == ["Late X", "Early X", "Never X"]

    monkeypatch.setattr("customers.listing.state.PAGE_SIZES", (1,))
    url, found = f"{LIST}?sort=-anniversary&size=1", []
    while url:
        response = client.get(url)
        found += names(response)
        url = response.context["pager"]["after"]
    assert found == ["Late X", "Early X", "Never X"]


def test_the_list_filters_by_it_and_keeps_that_in_its_links(client, pair):
    response = client.get(f"{LIST}?anniversary_from=2015-01-01&anniversary_to=2015-12-31")

    assert names(response) == ["Late X"]
    assert "anniversary_from=2015-01-01" in response.context["address"](sort="name")
    assert "Anniversary from: <strong>1 Jan 2015" in response.content.decode()
    assert 'name="anniversary_to"' in client.get(reverse("customers:filters")).content.decode()


def test_it_is_exported(client, pair):
    response = client.get("/customers/export.csv?sort=-anniversary&columns=first_name,anniversary")

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[:2] == [["first_name", "anniversary"], ["Late", "2015-06-20"]]


def test_it_is_imported_and_taken_back(imported, take_back, organisation):  # noqa: F811
    known = make_customer(organisation, first_name="A", last_name="B", phone="", email="a@example.org")

    run = imported("A,B,a@example.org,,20.06.2015", "C,D,c@example.org,,2001-02-03", head=HEAD)

    assert set(Customer.objects.values_list("anniversary", flat=True)) == {
        date(2015, 6, 20),
        date(2001, 2, 3),
    }
    take_back(run)
    assert list(Customer.objects.values_list("pk", "anniversary")) == [(known.pk, None)]


def test_a_wrong_day_is_named(bring, check):  # noqa: F811
    run = check(bring("A,B,a@example.org,,never", head=HEAD))

    assert (run.checked["created"], run.checked["hints"]) == (1, 1)


def test_the_example_file_shows_it(client):
    response = client.get("/customers/import/example.csv")

    head, row, _other = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert dict(zip(head.split(","), next(csv.reader([row])), strict=True))["Anniversary"] == "2015-06-20"


def test_it_is_typed_and_shown(client, organisation):
    customer = make_customer(organisation, first_name="A", last_name="B")
    url = reverse("customers:edit", args=[customer.pk])
    assert 'type="date" name="anniversary"' in client.get(url).content.decode()

    typed = {field.name: getattr(customer, field.name) or "" for field in stored_fields()}
    client.post(url, typed | {"anniversary": "2015-06-20", "tags": ""})

    assert "20 Jun 2015" in client.get(reverse("customers:profile", args=[customer.pk])).content.decode()
