"""Those who watch the installation see who came in and who was refused, by ids alone."""

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from backoffice.staff.models import Membership
from backoffice.staff.services import invite_member
from tests.conftest import PASSWORD
from tests.core.test_operation import log_lines  # noqa: F401
from tests.factories import make_user

NEW = "quite another passphrase"
CANARIES = ("canary", "192.0.2.5", PASSWORD, NEW)


@pytest.fixture
def ids_alone(log_lines):  # noqa: F811
    """The lines of one kind; no line of any kind says a name, an address or a password."""

    def lines(event):
        written = json.dumps(log_lines()).casefold()
        assert [canary for canary in CANARIES if canary.casefold() in written] == []
        return [line for line in log_lines() if line["event"] == event]

    return lines


@pytest.fixture
def mara(make_known_user):
    return make_known_user(email="canary@example.org", name="Canary Person")


def sign_in_by_form(password=PASSWORD):
    client = Client(REMOTE_ADDR="192.0.2.5")
    client.post("/login/", {"login": "canary@example.org", "password": password})
    return client


def test_signing_in_and_guessing_are_seen(mara, ids_alone):
    sign_in_by_form()
    for _attempt in range(6):
        sign_in_by_form("canary guess")

    (signed_in,) = ids_alone("sign_in")
    assert signed_in["user_id"] == mara.pk and signed_in["request_id"]
    assert len(ids_alone("sign_in_failed")) == 5
    (limited,) = ids_alone("sign_in_limited")
    assert limited["account"] == ids_alone("sign_in_failed")[0]["account"]


def test_a_new_password_is_seen(mara, ids_alone):
    client = sign_in_by_form()
    new = {"new_password1": NEW, "new_password2": NEW}
    client.post(reverse("staff:password"), {"old_password": PASSWORD} | new)

    (line,) = ids_alone("password_changed")
    assert (line["user_id"], line["by"]) == (mara.pk, "person")


def test_a_password_set_by_link_is_seen(admin, ids_alone):
    who = {"email": "canary@example.org", "name": "Canary", "role": "staff"}
    member = invite_member(organisation=admin.membership.organisation, actor=admin, **who)
    client = Client()
    link = next(word for word in mail.outbox[0].body.split() if "/password/new/" in word)
    form = client.get(link[link.index("/password") :], follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})

    assert [(line["user_id"], line["by"]) for line in ids_alone("password_changed")] == [
        (member.user_id, "link")
    ]
    assert len(ids_alone("sign_in")) == 1


def test_a_wrong_password_where_rights_are_handed_out_is_seen(mara, ids_alone):
    sign_in_by_form().post(reverse("staff:confirm"), {"password": "canary"})

    assert [line["user_id"] for line in ids_alone("password_refused")] == [mara.pk]


def test_changes_of_the_team_are_seen(sign_in, admin, ids_alone, django_capture_on_commit_callbacks):
    person = make_user(admin.membership.organisation, name="Canary", email="canary@example.org")
    client, pk = sign_in(admin), person.membership_id
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("staff:member_role", args=[pk]), {"role": "manager"})
        client.post(reverse("staff:member_deactivate", args=[pk]))
        client.post(reverse("staff:member_reactivate", args=[pk]))

    (changed,) = ids_alone("member.role_changed")
    assert (changed["before"], changed["after"]) == ("staff", "manager")
    for event in ("member.role_changed", "member.deactivated", "member.reactivated"):
        (line,) = ids_alone(event)
        assert (line["membership_id"], line["member_id"], line["actor_id"]) == (pk, person.pk, admin.pk)
        assert line["organisation_id"] == admin.membership.organisation_id


def test_invitations_and_answers_are_seen(
    sign_in, admin, outsider, ids_alone, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        typed = {"name": "Canary", "email": outsider.email, "role": "staff"}
        sign_in(admin).post(reverse("staff:invite"), typed)
        hers = Client()
        hers.force_login(outsider)
        pk = Membership.objects.get(is_pending=True).pk
        hers.post(reverse("staff:invitation", args=[pk]), {"answer": "accept"})

    assert [line["membership_id"] for line in ids_alone("member.invited")] == [pk]
    assert [line["actor_id"] for line in ids_alone("member.accepted")] == [outsider.pk]
