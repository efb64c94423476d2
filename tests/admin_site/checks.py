"""The optional admin site; run by `test_admin_site` in a process where it is switched on."""

import pytest
from django.urls import reverse

from backoffice.audit.models import ExportRun
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db
LIST, EXPORT = "admin:customers_customer_changelist", "admin:customers_customer_export"


@pytest.fixture
def superuser(admin):
    admin.is_superuser = True
    admin.save()
    return admin


def test_only_superusers_enter(sign_in, admin, organisation):
    assert sign_in(admin).get(reverse("admin:index")).status_code == 302


def test_its_door_is_the_one_of_everybody(client, sign_in, admin):
    """Where wrong passwords wait and the second step is asked for."""
    url = reverse("admin:login")
    answer = client.post(url, {"username": admin.email, "password": "x"})
    assert answer["Location"] == "/login/?next=/admin/"
    assert client.get(url)["Location"] == "/login/?next=/admin/"
    assert sign_in(admin).get(url).status_code == 403


def test_it_shows_and_exports_this_organisation_alone(sign_in, superuser, organisation, other_organisation):
    make_customer(organisation, first_name="Paula")
    make_customer(other_organisation, first_name="Canary")
    client = sign_in(superuser)

    page = client.get(reverse(LIST)).content.decode()
    assert "Paula" in page and "Canary" not in page
    assert client.get(reverse(EXPORT)).status_code == 200

    response = client.post(reverse(EXPORT), {"format": "0", "resource": ""})
    content = response.content.decode("utf-8-sig")
    assert content.startswith("id,first_name,last_name,email") and "Paula" in content
    assert "Canary" not in content
    assert ExportRun.objects.get().rows_count == 1


def test_it_finds_what_the_list_finds(sign_in, superuser, organisation):
    make_customer(organisation, first_name="Łukasz", last_name="Wójcik", phone="+491713920203")
    make_customer(organisation, first_name="Paula")
    client = sign_in(superuser)

    for query in ("Wójcik, Łukasz", "Tel. 0171/3920203"):
        page = client.get(reverse(LIST), {"q": query}).content.decode()
        assert "Łukasz Wójcik" in page and "Paula" not in page


def test_lines_of_orders_come_out_as_workbook(sign_in, superuser, organisation):
    make_order(make_customer(organisation))
    client = sign_in(superuser)

    assert client.get(reverse("admin:orders_orderline_changelist")).status_code == 200
    response = client.post(reverse("admin:orders_orderline_export"), {"format": "1", "resource": ""})

    assert response.content.startswith(b"PK")


def test_pages_that_packages_bring_stay_away(sign_in, superuser):
    page = sign_in(superuser).get(reverse("admin:index")).content.decode()

    assert "/admin/customers/customer/" in page and "/admin/auth/" not in page


def test_nothing_can_be_changed_past_the_pages(sign_in, superuser, organisation):
    customer = make_customer(organisation, first_name="Paula")
    client = sign_in(superuser)
    url = reverse("admin:customers_customer_change", args=[customer.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"first_name": "Eve"}).status_code == 403
    assert client.get(reverse("admin:customers_customer_add")).status_code == 403
    assert client.post(reverse("admin:customers_customer_delete", args=[customer.pk])).status_code == 403
