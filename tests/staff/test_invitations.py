"""Nobody is made a member unasked, and nobody learns who stands behind an address."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from backoffice.audit.models import AuditEntry
from backoffice.staff.models import Membership, User
from backoffice.staff.services import NotInvited, accept_invitation, decline_invitation, reactivate_member
from tests.conftest import PASSWORD
from tests.factories import make_location, make_organisation, make_user


@pytest.fixture
def noor(outsider):
    """Works in the other organisation."""
    outsider.set_password(PASSWORD)
    outsider.save()
    return outsider


@pytest.fixture
def hers():
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def invitation(sign_in, admin, noor, hers):
    """Ada invites Noor, who is signed in elsewhere."""
    make_location(admin.membership.organisation)
    typed = {"name": "Typed Name", "email": noor.email, "role": "manager"}
    sign_in(admin).post(reverse("staff:invite"), typed)
    hers.force_login(noor)
    return Membership.objects.get(user=noor, organisation=admin.membership.organisation)


def question(invitation):
    return reverse("staff:invitation", args=[invitation.pk])


def answer(client, invitation, word):
    return client.post(question(invitation), {"answer": word})


def place_of(client):
    return client.get(reverse("staff:account")).context["request"].organisation.name


def test_the_team_page_shows_the_address_and_nothing_else_of_a_stranger(client, invitation, noor):
    page = client.get(reverse("staff:team")).content.decode()

    assert noor.email in page
    assert noor.name not in page
    assert "Take back" in page


@pytest.mark.parametrize("action", ["member_role", "member_deactivate", "member_reactivate"])
def test_no_button_tells_the_name(client, invitation, noor, action):
    address = reverse(f"staff:{action}", args=[invitation.pk])

    page = client.post(address, {"role": "admin"}, follow=True).content.decode()

    assert noor.name not in page


def test_until_the_answer_there_is_no_access_and_no_switch(hers, invitation, organisation):
    page = hers.get(reverse("staff:account")).content.decode()
    moved = hers.post(reverse("staff:choose_place"), {"organisation": organisation.pk})

    assert f'name="organisation" value="{organisation.pk}"' not in page
    assert moved.status_code == 404
    assert place_of(hers) == "Casa Azul"


def test_the_mail_leads_to_the_question_and_yes_opens_the_place(hers, invitation, client):
    path = re.search(r"(/settings/invitations/\d+/)", mail.outbox[0].body)[1]
    asked = hers.get(path).content.decode()
    assert "Gasthaus Lindenhof" in asked and "Manager" in asked

    hers.post(path, {"answer": "accept"})

    assert place_of(hers) == "Gasthaus Lindenhof"
    assert "Noor Neighbour" in client.get(reverse("staff:team")).content.decode()
    assert AuditEntry.objects.latest("pk").action == "member.accepted"


def test_no_leaves_nothing_behind(hers, invitation, noor):
    answer(hers, invitation, "decline")

    assert not Membership.objects.filter(pk=invitation.pk).exists()
    assert place_of(hers) == "Casa Azul"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor) == ("member.declined", noor)


def test_looking_at_the_question_answers_nothing(hers, invitation):
    hers.get(question(invitation))

    invitation.refresh_from_db()
    assert invitation.is_pending


@pytest.mark.parametrize("word", ["accept", "decline"])
@pytest.mark.parametrize("other", ["admin", "staff"])
def test_nobody_else_can_see_or_answer_it(request, invitation, other, word):
    client = Client()
    client.force_login(request.getfixturevalue(other))

    assert client.get(question(invitation)).status_code == 404
    assert answer(client, invitation, word).status_code == 404
    invitation.refresh_from_db()
    assert invitation.is_pending


def test_signed_out_the_question_comes_after_signing_in(invitation):
    assert Client().get(question(invitation))["Location"] == f"/login/?next={question(invitation)}"


def test_an_invitation_that_was_taken_back_cannot_be_accepted(client, hers, invitation):
    client.post(reverse("staff:member_deactivate", args=[invitation.pk]))

    assert answer(hers, invitation, "accept").status_code == 404
    for late_answer in (accept_invitation, decline_invitation):
        with pytest.raises(NotInvited):
            late_answer(invitation)


def test_nobody_answers_in_place_of_the_invited(client, admin, invitation):
    client.post(reverse("staff:member_reactivate", args=[invitation.pk]))

    invitation.refresh_from_db()
    assert (invitation.is_pending, invitation.is_active) == (True, False)
    with pytest.raises(NotInvited):
        reactivate_member(membership=invitation, actor=admin)


def test_signing_in_where_one_works_accepts_nothing_elsewhere(invitation, noor, _fresh_limits):
    client = Client()
    client.post("/login/", {"login": noor.email, "password": PASSWORD})

    assert place_of(client) == "Casa Azul"
    assert Membership.objects.get(pk=invitation.pk).is_pending


def test_who_works_nowhere_any_more_comes_in_by_the_new_invitation(invitation, noor, _fresh_limits):
    Membership.objects.filter(pk=noor.membership_id).update(is_active=False)
    client = Client()

    client.post("/login/", {"login": noor.email, "password": PASSWORD})

    assert place_of(client) == "Gasthaus Lindenhof"


def test_the_name_another_restaurant_typed_stays_with_it(sign_in, admin, noor):
    """Both invite somebody new; the second restaurant learns nothing from the first."""
    address = {"email": "lea@example.org", "role": "staff"}
    theirs = sign_in(noor)
    theirs.post(reverse("staff:invite"), address | {"name": "Lea Secret"})

    page = sign_in(admin).post(reverse("staff:invite"), address | {"name": "Lea"}, follow=True)

    assert "lea@example.org" in page.content.decode()
    assert "Lea Secret" not in page.content.decode()


def test_my_account_lists_what_waits_for_an_answer(hers, invitation, noor):
    assert question(invitation) in hers.get(reverse("staff:account")).content.decode()
    stranger = make_user(make_organisation())
    hers.force_login(stranger)
    assert question(invitation) not in hers.get(reverse("staff:account")).content.decode()


def test_an_answer_leaves_all_other_places_as_they_are(hers, invitation, noor):
    before = Membership.objects.get(pk=noor.membership_id)

    answer(hers, invitation, "accept")

    after = Membership.objects.get(pk=before.pk)
    assert (after.is_active, after.role) == (before.is_active, before.role)
    assert User.objects.get(pk=noor.pk).name == "Noor Neighbour"
