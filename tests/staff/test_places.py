"""Locations, the switch in the sidebar, modules, own settings."""

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.staff.models import Location, Membership, Role
from tests.factories import make_customer, make_location, make_membership, make_order

NEW_PLACE = {"name": "Am Kanal", "country": "ES", "timezone": "Europe/Madrid"}


def test_an_administrator_adds_a_location(client, admin):
    client.force_login(admin)

    client.post(reverse("staff:location_new"), NEW_PLACE)

    place = Location.objects.get()
    assert (place.organisation, place.country) == (admin.membership.organisation, "ES")


def test_two_locations_never_share_a_name(client, admin, location):
    client.force_login(admin)

    response = client.post(reverse("staff:location_new"), NEW_PLACE | {"name": location.name.upper()})

    assert "a location of this name" in response.content.decode()


def test_an_unknown_time_zone_is_refused(client, admin):
    client.force_login(admin)

    client.post(reverse("staff:location_new"), NEW_PLACE | {"timezone": "Europe/Atlantis"})

    assert not Location.objects.exists()


def test_a_location_has_a_name_that_can_be_seen(client, admin):
    client.force_login(admin)

    response = client.post(reverse("staff:location_new"), NEW_PLACE | {"name": "\u3164\u200b"})

    assert "This field is required" in response.content.decode()
    assert not Location.objects.exists()


def test_posting_foreign_fields_changes_none_of_them(client, admin, location, other_organisation):
    client.force_login(admin)

    client.post(
        reverse("staff:location_edit", args=[location.pk]),
        NEW_PLACE | {"organisation": other_organisation.pk, "id": 5, "created_at": "2000-01-01"},
    )

    stored = Location.objects.get()
    assert (stored.pk, stored.organisation_id) == (location.pk, location.organisation_id)
    assert stored.created_at.year > 2000


def test_the_chosen_location_scopes_the_next_page(client, staff, location):
    client.force_login(staff)

    client.post(reverse("staff:choose_place"), {"location": location.pk})

    assert client.get("/settings/account/").context["request"].location == location


def test_all_locations_can_be_chosen_again(client, staff, location):
    Membership.objects.filter(user=staff).update(location=location)
    client.force_login(staff)

    client.post(reverse("staff:choose_place"), {"location": ""})

    assert client.get("/settings/account/").context["request"].location is None


@pytest.mark.parametrize("wanted", ["999999", "abc", "-1", "9" * 40])
def test_what_is_no_location_of_mine_is_not_found(client, staff, wanted):
    client.force_login(staff)

    assert client.post(reverse("staff:choose_place"), {"location": wanted}).status_code == 404


def test_a_foreign_location_is_not_found(client, staff, other_organisation):
    client.force_login(staff)
    foreign = make_location(other_organisation)

    assert client.post(reverse("staff:choose_place"), {"location": foreign.pk}).status_code == 404


def test_somebody_with_two_organisations_switches_between_them(client, staff, other_organisation):
    make_location(other_organisation, name="Casa Azul Centro")
    make_membership(staff, other_organisation, Role.ADMIN)
    client.force_login(staff)
    assert "Casa Azul" in client.get("/settings/account/").content.decode()

    client.post(reverse("staff:choose_place"), {"organisation": other_organisation.pk})

    request = client.get("/settings/account/").context["request"]
    assert request.organisation == other_organisation
    assert request.user.has_perm("staff.manage_team")


def test_an_organisation_without_membership_cannot_be_entered(client, staff, other_organisation):
    client.force_login(staff)

    response = client.post(reverse("staff:choose_place"), {"organisation": other_organisation.pk})

    assert response.status_code == 404


def test_the_customer_module_can_be_switched(client, admin, organisation):
    client.force_login(admin)

    client.post(reverse("staff:modules"), {})
    organisation.refresh_from_db()
    assert not organisation.collects_customers

    client.post(reverse("staff:modules"), {"customers": "on"})
    organisation.refresh_from_db()
    assert organisation.collects_customers


def test_own_settings_are_kept_and_nothing_else(client, staff):
    client.force_login(staff)

    client.post(
        reverse("staff:account"),
        {
            "name": "Iván N.",
            "language": "es",
            "theme": "dark",
            "email": "x@example.org",
            "is_superuser": "on",
        },
    )

    staff.refresh_from_db()
    assert (staff.name, staff.language, staff.theme, staff.uses_shortcuts) == ("Iván N.", "es", "dark", False)
    assert (staff.email, staff.is_superuser) == ("ivan@example.org", False)


def test_the_page_speaks_the_language_of_the_person(client, staff):
    staff.language = "es"
    staff.save()
    client.force_login(staff)

    response = client.get("/settings/account/", headers={"Accept-Language": "de"})

    assert response["Content-Language"] == "es"
    assert '<html lang="es"' in response.content.decode()


def test_before_sign_in_the_language_is_kept_in_a_cookie(client, db):
    client.post(reverse("staff:choose_language"), {"language": "es", "next": "/login/"})

    assert client.get("/login/")["Content-Language"] == "es"


def test_the_theme_is_printed_by_the_server(client, staff):
    client.force_login(staff)
    answer = client.post(
        reverse("staff:choose_theme"), {"theme": "dark"}, headers={"Accept": "application/json"}
    )

    assert answer.json()["next"] == ""
    assert 'data-theme="dark"' in client.get("/settings/account/").content.decode()


@pytest.mark.parametrize(
    ("role", "shown"), [("staff", set()), ("admin", {"/settings/team/", "/settings/locations/"})]
)
def test_the_sidebar_shows_what_the_role_may_use(request, client, role, shown):
    client.force_login(request.getfixturevalue(role))

    page = client.get("/settings/account/").content.decode()

    assert {url for url in ("/settings/team/", "/settings/locations/") if f'href="{url}"' in page} == shown


def test_a_module_that_is_off_leaves_the_pages_and_keeps_its_rows(client, admin, organisation, location):
    customer = make_customer(organisation, last_name="Pfefferkorn")
    make_order(customer, cents=4_260, placed_at=timezone.now(), location=location)
    organisation.collects_customers = False
    organisation.save()
    client.force_login(admin)

    report = client.get(reverse("orders:report")).content.decode()
    assert reverse("loyalty:cards") not in report
    assert "Pfefferkorn" not in report
    assert "known=" not in client.get(reverse("orders:report-filters")).content.decode()
    page = client.get(reverse("customers:list")).content.decode()
    assert "Pfefferkorn" in page
    assert "The customer module is off" in page

    organisation.collects_customers = True
    organisation.save()
    assert "Pfefferkorn" in client.get(reverse("orders:report")).content.decode()
