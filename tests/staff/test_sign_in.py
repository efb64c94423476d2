"""Signing in, out, and being put out."""

import pytest
from django.urls import reverse

from backoffice.staff.models import Membership, Role
from tests.conftest import PASSWORD
from tests.factories import make_membership, make_organisation, make_user

LOGIN = "/login/"
PRIVATE = "/settings/account/"


def sign_in_by_form(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password} | more)


def test_email_and_password_open_the_door_whatever_the_case(client, make_known_user):
    make_known_user(email="Mara@Example.org".casefold())

    response = sign_in_by_form(client, "MARA@example.org")

    assert response.status_code == 302
    assert client.get(PRIVATE).status_code == 200


@pytest.mark.parametrize("email", ["known@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client, make_known_user, email):
    make_known_user(email="known@example.org")

    response = sign_in_by_form(client, email, "not the passphrase")

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "The email address and/or password you specified are not correct."
    ]


def test_a_deactivated_person_gets_the_answer_of_a_stranger(client, make_known_user):
    user = make_known_user()
    user.memberships.update(is_active=False)

    response = sign_in_by_form(client, user.email)

    assert "not correct" in response.content.decode()


def test_guessing_is_slowed_down(client, make_known_user):
    user = make_known_user()
    for _attempt in range(5):
        sign_in_by_form(client, user.email, "wrong")

    response = sign_in_by_form(client, user.email)

    assert "Too many failed login attempts" in response.content.decode()
    assert client.get(PRIVATE).status_code == 302


@pytest.mark.parametrize(("remember", "stays"), [("on", True), ("", False)])
def test_the_session_outlives_the_browser_only_when_asked(client, make_known_user, remember, stays):
    user = make_known_user()

    sign_in_by_form(client, user.email, remember=remember)

    assert bool(client.cookies["session"]["max-age"]) is stays


def test_signing_out_ends_the_session(client, staff):
    client.force_login(staff)

    client.post(reverse("account_logout"))

    assert client.get(PRIVATE).status_code == 302


def test_a_running_session_ends_with_the_membership(client, staff):
    client.force_login(staff)
    assert client.get(PRIVATE).status_code == 200

    Membership.objects.filter(user=staff).update(is_active=False)

    assert client.get(PRIVATE).status_code == 302


def test_a_running_session_ends_with_the_person(client, staff):
    client.force_login(staff)

    staff.is_active = False
    staff.save()

    assert client.get(PRIVATE).status_code == 302


def test_there_is_no_public_sign_up(client, db):
    assert client.get("/signup/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


def test_a_fragment_asked_for_after_the_session_ended_reloads_the_whole_page(client, db):
    response = client.get(
        PRIVATE, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?q=a"}
    )

    assert response.status_code == 204
    assert response["HX-Redirect"] == "/login/?next=%2Fcustomers%2F%3Fq%3Da"


def test_somebody_with_two_places_starts_in_the_stored_one(client, make_known_user):
    user = make_known_user()
    second = make_membership(user, make_organisation(name="Second"), Role.ADMIN)
    user.membership = second
    user.save()

    sign_in_by_form(client, user.email)

    assert client.get(PRIVATE).context["request"].organisation.name == "Second"


def test_somebody_whose_stored_place_closed_starts_in_another(client, make_known_user):
    user = make_known_user()
    make_membership(user, make_organisation(name="Second"))
    Membership.objects.filter(pk=user.membership_id).update(is_active=False)

    sign_in_by_form(client, user.email)

    assert client.get(PRIVATE).context["request"].organisation.name == "Second"


def test_the_person_and_their_place_cost_one_query(staff, django_assert_num_queries):
    from backoffice.staff.auth import MembershipBackend

    with django_assert_num_queries(1):
        user = MembershipBackend().get_user(staff.pk)
        _ = user.membership.organisation.name, user.membership.group.name, user.membership.location


def test_rights_come_from_the_membership_alone(organisation):
    from django.contrib.auth.models import Permission

    user = make_user(organisation, Role.STAFF)
    user.user_permissions.add(Permission.objects.get(codename="manage_team"))
    user.groups.add(make_user(organisation, Role.ADMIN).membership.group)

    assert not user.has_perm("staff.manage_team")
    assert user.has_perm("customers.view_customer")
