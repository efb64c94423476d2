"""What was typed into a form outlives the question for the password, and nothing else does."""

import time

import pytest
from django.core import mail
from django.http import QueryDict
from django.urls import reverse

from backoffice.staff.models import Membership, Role
from backoffice.staff.recent_sign_in import UNSENT_MAX_CHARACTERS
from tests.conftest import PASSWORD
from tests.factories import make_membership, make_organisation

INVITE, TEAM, CONFIRM = "/settings/team/invite/", "/settings/team/", "/settings/confirm/"
TYPED = {"name": "Lea & Söhne", "email": "lea@example.org", "role": "manager"}


@pytest.fixture
def ada(client, admin, _fresh_limits):
    """An administrator's, who typed the password a while ago."""
    admin.set_password(PASSWORD)
    admin.save()
    client.force_login(admin)
    return client


def confirm(client, after):
    return client.post(CONFIRM, {"password": PASSWORD, "next": after}, follow=True)


def age_of_what_waits(client, seconds):
    session = client.session
    session["unsent"] = session["unsent"] | {"at": time.time() - seconds}
    session.save()


def test_the_form_is_there_again_as_it_was_and_unsent(ada):
    asked = ada.post(INVITE, TYPED)
    page = confirm(ada, INVITE)

    assert asked["Location"] == "/settings/confirm/?next=%2Fsettings%2Fteam%2Finvite%2F"
    form = page.context["form"]
    assert {name: form[name].value() for name in TYPED} == TYPED
    assert "Not sent yet" in page.content.decode()
    assert mail.outbox == []
    assert not Membership.objects.filter(user__email="lea@example.org").exists()


def test_the_question_says_that_nothing_is_lost(ada):
    asked = ada.post(INVITE, TYPED)

    assert "is there again" in ada.get(asked["Location"]).content.decode()
    assert "is there again" in ada.post(asked["Location"], {"password": "x"}).content.decode()
    assert "is there again" not in ada.get(CONFIRM, {"next": TEAM}).content.decode()


def test_it_is_sent_by_its_button(ada):
    ada.post(INVITE, TYPED)
    page = confirm(ada, INVITE).content.decode()
    assert 'data-guard="unsent"' in page  # leaving without pressing it asks once

    ada.post(INVITE, TYPED)

    assert mail.outbox[0].to == ["lea@example.org"]


def test_it_is_shown_once(ada):
    ada.post(INVITE, TYPED)
    confirm(ada, INVITE)

    page = ada.get(INVITE)

    assert page.context["form"]["name"].value() is None
    assert "Not sent yet" not in page.content.decode()
    assert "unsent" not in ada.session


def test_a_role_chosen_for_somebody_is_chosen_again(ada, staff):
    ada.post(reverse("staff:member_role", args=[staff.membership_id]), {"role": "manager"})
    page = confirm(ada, TEAM).content.decode()

    assert "Not sent yet" in page
    assert page.count('<option value="manager" selected>') == 1
    assert page.count('<option value="admin" selected>') == 1
    assert Membership.objects.get(user=staff).role == "staff"


def test_passwords_tokens_and_files_do_not_wait(ada, tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text("secret content")
    with file.open() as upload:
        secrets = {"csrfmiddlewaretoken": "t", "old_password": "p", "Password1": "p", "picture": upload}
        ada.post(INVITE, TYPED | secrets)

    assert set(QueryDict(ada.session["unsent"]["text"])) == set(TYPED)


def test_what_is_too_long_does_not_wait(ada):
    ada.post(INVITE, TYPED)
    ada.post(INVITE, TYPED | {"name": "x" * UNSENT_MAX_CHARACTERS})

    assert "unsent" not in ada.session


@pytest.mark.parametrize(("seconds", "waits"), [(590, True), (601, False)])
def test_it_waits_ten_minutes(ada, seconds, waits):
    ada.post(INVITE, TYPED)
    age_of_what_waits(ada, seconds)

    ada.get(reverse("staff:account"))

    assert ("unsent" in ada.session) is waits


def test_another_organisation_sees_nothing_of_it(ada, admin):
    second = make_membership(admin, make_organisation(name="Second"), Role.ADMIN)
    ada.post(INVITE, TYPED)
    ada.post(reverse("staff:choose_place"), {"organisation": second.organisation_id})

    page = confirm(ada, INVITE)

    assert page.context["form"]["name"].value() is None


def test_nothing_waits_for_who_may_not_do_it(client, staff):
    client.force_login(staff)

    assert client.post(INVITE, TYPED).status_code == 403
    assert "unsent" not in client.session
