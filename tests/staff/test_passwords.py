"""The link in the mail, and changing one's own password."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.jobs.worker import Worker
from backoffice.staff.models import Membership
from tests.conftest import PASSWORD
from tests.factories import make_membership, make_organisation, make_user

NEW = "another fine passphrase"


def ask_for_link(client, email, **request):
    """Ask, and let the worker do what there is to do."""
    response = client.post(reverse("account_reset_password"), {"email": email}, **request)
    worker = Worker()
    while worker.run_next():
        pass
    return response


def link_in(message):
    return re.search(rf"{settings.BASE_URL}(/password/new/\S+)", message.body)[1]


def set_password(client, link, password=NEW):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_link_sets_a_password_once(client, make_known_user):
    user = make_known_user()
    ask_for_link(client, user.email)
    link = link_in(mail.outbox[0])

    assert set_password(client, link).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "expired" in Client().get(link, headers={"Accept-Language": "en"}).content.decode()


def test_a_forged_host_is_no_part_of_the_link(client, make_known_user, settings):
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://backoffice.example", [".example"]

    ask_for_link(client, make_known_user().email, HTTP_HOST="evil.example")

    message = mail.outbox[0]
    for text in (message.body, message.alternatives[0][0]):
        assert "https://backoffice.example/password/new/" in text
        assert "evil" not in text


def test_who_set_a_password_is_in_and_is_not_asked_for_it_again(client, make_known_user, organisation):
    user = make_known_user()
    user.membership.group = make_user(organisation, "admin").membership.group
    user.membership.save()
    ask_for_link(client, user.email)

    response = set_password(client, link_in(mail.outbox[0]))

    assert response["Location"] == "/"
    assert client.get(reverse("staff:invite")).status_code == 200
    assert client.cookies["session"]["max-age"] == ""  # nobody asked to stay signed in on this device


def test_the_link_lets_in_nobody_whose_place_has_closed(client, make_known_user):
    user = make_known_user()
    ask_for_link(client, user.email)
    user.memberships.update(is_active=False)

    response = set_password(client, link_in(mail.outbox[0]))

    assert response["Location"] == reverse("account_reset_password_from_key_done")
    assert "_auth_user_id" not in client.session


def test_the_link_leads_to_a_place_that_is_open(client, make_known_user):
    user = make_known_user()
    make_membership(user, make_organisation(name="Second"))
    ask_for_link(client, user.email)
    Membership.objects.filter(pk=user.membership_id).update(is_active=False)

    set_password(client, link_in(mail.outbox[0]))

    assert client.get(reverse("staff:account")).context["request"].organisation.name == "Second"


def test_known_and_unknown_addresses_get_the_same_answer(client, make_known_user):
    user = make_known_user()

    known, unknown = ask_for_link(client, user.email), ask_for_link(client, "nobody@example.org")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_the_page_does_the_same_for_known_and_unknown_addresses(client, make_known_user):
    """The same statements take the same time; what differs is left to the worker."""
    done = []
    for email in (make_known_user().email, "nobody@example.org"):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("account_reset_password"), {"email": email})
        statements = [query["sql"].split()[:4] for query in queries]
        done.append([words for words in statements if "SAVEPOINT" not in words])

    assert done[0] == done[1]
    assert mail.outbox == []


def test_a_deactivated_person_gets_no_link(client, make_known_user):
    user = make_known_user()
    user.memberships.update(is_active=False)

    ask_for_link(client, user.email)

    assert mail.outbox == []


def test_the_mail_has_text_and_html(client, make_known_user):
    ask_for_link(client, make_known_user().email)

    message = mail.outbox[0]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert link_in(message) in html


@pytest.mark.parametrize(
    "password",
    [
        *("elevenchars", "qwerty123456", "lindenlinden", "Linden-linden-LINDEN", "linden1 linden2 linden3"),
        *("aaaaaaaaaaaa", "ababcbabacab", "abcdabcdabcd", "123412341234", "837465920183", "123456789012"),
        *("abcdefghijkl", "qwertzuiopasdf", "987654321fedcba", "aaaabbbbccccdddd"),
    ],
)
def test_weak_passwords_are_refused(client, make_known_user, password):
    user = make_known_user()
    ask_for_link(client, user.email)

    response = set_password(client, link_in(mail.outbox[0]), password)

    assert response.status_code == 200
    assert response.context["form"].errors["password1"]


@pytest.mark.parametrize(
    "password",
    [
        *(
            PASSWORD,
            NEW,
            "correct horse battery",
            "Kürbis lacht dreimal",
            "tarta de queso vasca",
            "x7-Kq2_pZ9vL",
        ),
        *(
            "the sea and the sky",
            "2019 war ein gutes Jahr",
            "password of my grandmother",
            "defghi sind 6 Zeichen",
        ),
    ],
)
def test_a_few_words_in_a_row_are_good(password):
    validate_password(password)


def test_a_new_password_ends_all_other_sessions(client, make_known_user):
    user = make_known_user()
    elsewhere = Client()
    client.force_login(user)
    elsewhere.force_login(user)

    client.post(
        reverse("staff:password"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )

    assert client.get(reverse("staff:account")).status_code == 200
    assert elsewhere.get(reverse("staff:account")).status_code == 302


def test_the_team_page_asks_for_the_password_after_a_while(client, make_known_user, organisation):
    user = make_known_user(name="Ada")
    user.membership.group = make_user(organisation, "admin").membership.group
    user.membership.save()
    client.force_login(user)

    asked = client.get(reverse("staff:team"))
    client.post(asked["Location"], {"password": PASSWORD, "next": reverse("staff:team")})

    assert asked["Location"] == "/settings/confirm/?next=%2Fsettings%2Fteam%2F"
    assert client.get(reverse("staff:team")).status_code == 200


def test_a_wrong_password_confirms_nothing(client, make_known_user):
    client.force_login(make_known_user())

    response = client.post(reverse("staff:confirm"), {"password": "wrong", "next": "/"})

    assert response.status_code == 200
    assert "This is not your password." in response.content.decode()
