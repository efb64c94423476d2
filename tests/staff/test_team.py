"""Inviting, changing roles, deactivating; never the last administrator."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.staff.models import Membership, Role, User
from backoffice.staff.services import LastAdministrator, change_role, deactivate_member
from tests.factories import make_user

INVITATION = {"name": "Lea Neu", "email": "Lea@Example.org", "role": "manager"}


def test_an_invitation_makes_a_member_and_mails_a_link(sign_in, admin):
    sign_in(admin).post(reverse("staff:invite"), INVITATION)

    membership = Membership.objects.get(user__email="lea@example.org")
    assert (membership.role, membership.organisation) == ("manager", admin.membership.organisation)
    assert mail.outbox[0].to == ["lea@example.org"]
    assert "/password/new/" in mail.outbox[0].body


def test_the_link_of_an_invitation_leads_to_a_password_and_in(sign_in, admin):
    sign_in(admin).post(reverse("staff:invite"), INVITATION)
    link = re.search(r"/password/new/\S+", mail.outbox[0].body)[0]
    client = Client()

    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "my own long passphrase", "password2": "my own long passphrase"})

    assert client.get("/settings/account/").context["request"].user.name == "Lea Neu"


def test_a_forged_host_is_no_part_of_an_invitation(sign_in, admin, settings):
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://backoffice.example", [".example"]

    sign_in(admin).post(reverse("staff:invite"), INVITATION, HTTP_HOST="evil.example")

    assert "https://backoffice.example/password/new/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body + mail.outbox[0].alternatives[0][0]


def test_somebody_who_works_elsewhere_keeps_name_and_place(sign_in, admin, outsider):
    sign_in(admin).post(reverse("staff:invite"), INVITATION | {"email": outsider.email})

    user = User.objects.get(email=outsider.email)
    assert user.name == "Noor Neighbour"
    assert user.membership_id == outsider.membership_id
    assert user.memberships.count() == 2


def test_nobody_is_invited_twice(sign_in, admin, staff):
    response = sign_in(admin).post(reverse("staff:invite"), INVITATION | {"email": staff.email})

    assert "in your team already" in response.content.decode()
    assert mail.outbox == []


def invite_again(client, membership):
    return client.post(reverse("staff:member_invite_again", args=[membership.pk]), follow=True)


def row_of(page, person):
    return next(row for row in page.content.decode().split("<tr")[1:] if person.email in row)


def test_who_has_not_signed_in_shows_as_invited_with_the_day(sign_in, admin, staff):
    Membership.objects.filter(user=staff).update(invited_at=datetime(2026, 3, 7, 12, tzinfo=UTC))

    row = row_of(sign_in(admin).get(reverse("staff:team")), staff)

    assert "Invited" in row
    assert "7 Mar 2026" in row
    assert "Invite again" in row


def test_who_has_signed_in_or_is_inactive_is_not_invited_again(sign_in, admin, staff, manager):
    User.objects.filter(pk=staff.pk).update(last_login=timezone.now())
    Membership.objects.filter(user=manager).update(is_active=False)
    client = sign_in(admin)
    page = client.get(reverse("staff:team"))

    for person in (staff, manager):
        assert "Invite" not in row_of(page, person)
        answer = invite_again(client, person.membership)
        assert f"{person.name} was not invited again" in answer.content.decode()
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert mail.outbox == []
    assert not AuditEntry.objects.exists()


def test_inviting_again_mails_a_link_says_to_whom_and_is_logged(sign_in, admin):
    client = sign_in(admin)
    client.post(reverse("staff:invite"), INVITATION)
    Membership.objects.update(invited_at=timezone.now() - timedelta(days=4))
    membership = Membership.objects.get(user__email="lea@example.org")

    answer = invite_again(client, membership).content.decode()

    assert "The invitation is on its way to lea@example.org." in answer
    assert [message.to for message in mail.outbox] == [["lea@example.org"]] * 2
    assert "/password/new/" in mail.outbox[1].body
    membership.refresh_from_db()
    assert timezone.now() - membership.invited_at < timedelta(minutes=1)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor, entry.subject_id) == ("member.invited_again", admin, membership.pk)


def test_a_role_changes_at_once_and_is_logged(sign_in, admin, staff):
    sign_in(admin).post(reverse("staff:member_role", args=[staff.membership_id]), {"role": "manager"})

    assert User.objects.get(pk=staff.pk).has_perm("customers.export_customer")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.details) == (
        "member.role_changed",
        admin,
        {"before": "staff", "after": "manager"},
    )


def test_a_role_that_does_not_exist_changes_nothing(sign_in, admin, staff):
    sign_in(admin).post(reverse("staff:member_role", args=[staff.membership_id]), {"role": "owner"})

    assert Membership.objects.get(user=staff).role == "staff"


def test_deactivating_ends_the_running_session(sign_in, admin, staff):
    theirs = Client()
    theirs.force_login(staff)

    sign_in(admin).post(reverse("staff:member_deactivate", args=[staff.membership_id]))

    assert theirs.get("/settings/account/").status_code == 302


def test_reactivating_lets_them_in_again(sign_in, admin, staff):
    client = sign_in(admin)
    client.post(reverse("staff:member_deactivate", args=[staff.membership_id]))
    client.post(reverse("staff:member_reactivate", args=[staff.membership_id]))

    assert Membership.objects.get(user=staff).is_active


def test_sessions_of_before_a_deactivation_stay_dead(sign_in, admin, staff):
    theirs, client = Client(), sign_in(admin)
    theirs.force_login(staff)
    client.post(reverse("staff:member_deactivate", args=[staff.membership_id]))
    client.post(reverse("staff:member_reactivate", args=[staff.membership_id]))

    assert theirs.get("/settings/account/").status_code == 302
    theirs.force_login(User.objects.get(pk=staff.pk))
    assert theirs.get("/settings/account/").status_code == 200


@pytest.mark.parametrize("change", [lambda **who: change_role(role=Role.STAFF, **who), deactivate_member])
def test_the_last_administrator_stays(admin, change):
    with pytest.raises(LastAdministrator):
        change(membership=admin.membership, actor=admin)

    assert Membership.objects.get(user=admin).role == "admin"
    assert Membership.objects.get(user=admin).is_active


def test_one_of_two_administrators_may_go(admin, organisation):
    make_user(organisation, Role.ADMIN)

    deactivate_member(membership=admin.membership, actor=admin)

    assert not Membership.objects.get(user=admin).is_active


def test_an_administrator_elsewhere_does_not_count(admin, outsider):
    with pytest.raises(LastAdministrator):
        deactivate_member(membership=admin.membership, actor=admin)


@pytest.mark.parametrize("count", [1, 3])
def test_the_team_page_costs_the_same_for_any_number_of_people(
    sign_in, admin, organisation, count, django_assert_num_queries
):
    for _number in range(count):
        make_user(organisation)
    client = sign_in(admin)
    client.get(reverse("staff:team"))

    with django_assert_num_queries(4):  # session, person, team, places of the sidebar
        client.get(reverse("staff:team"))
