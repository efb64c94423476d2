"""The list of one's own sessions: true, and whoever is put out there is out with the next request."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.staff.own_sessions.tracking import forget_ended_sessions
from backoffice.staff.own_sessions.user_agents import browser_words
from backoffice.staff.services import deactivate_member
from tests.conftest import PASSWORD
from tests.core.test_operation import log_lines  # noqa: F401

PRIVATE, SESSIONS = "/settings/account/", "/settings/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def mara(make_known_user):
    return make_known_user(email="mara@example.org")


def browser(user, user_agent=FIREFOX, address="192.0.2.1") -> Client:
    """A browser in which they have just signed in."""
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": user_agent, "Accept-Language": "en"})
    client.post("/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get(PRIVATE).status_code == 200


def listed(client) -> list[tuple[str, str, bool]]:
    rows = client.get(SESSIONS).context["sessions"]
    key = client.session.session_key
    return [(row.browser, row.ip, row.session_key == key) for row in rows]


def test_it_shows_each_device_and_which_one_is_this(mara):
    browser(mara, IPHONE, "192.0.2.8")
    client = browser(mara)

    assert listed(client) == [
        ("Firefox, Windows", "192.0.2.1", True),
        ("Safari, iPhone", "192.0.2.8", False),
    ]
    page = client.get(SESSIONS).content.decode()
    assert page.count("This browser") == 1 and page.count('/end/"') == 1


def test_it_shows_nobody_elses(mara, make_known_user):
    browser(make_known_user(), IPHONE, "192.0.2.8")

    assert listed(browser(mara)) == [("Firefox, Windows", "192.0.2.1", True)]


def test_the_address_is_the_one_that_the_own_proxy_saw(mara, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "203.0.113.99, 192.0.2.44"})
    client.post("/login/", {"login": mara.email, "password": PASSWORD})

    assert UserSession.objects.get().ip == "192.0.2.44"


def test_one_is_ended_at_once(mara, log_lines):  # noqa: F811
    phone, client = browser(mara, IPHONE), browser(mara)
    assert is_in(phone)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    client.post(reverse("staff:session_end", args=[row.pk]))

    assert not is_in(phone) and is_in(client)
    assert len(listed(client)) == 1
    assert [line["user_id"] for line in log_lines() if line["event"] == "session_ended"] == [mara.pk]


def test_all_others_are_ended_at_once_those_too_that_no_list_knows(mara, log_lines):  # noqa: F811
    others = [browser(mara, IPHONE), browser(mara), Client()]
    others[2].force_login(mara)
    client = browser(mara)
    client.post(reverse("staff:sessions_end_others"))

    assert [is_in(other) for other in others] == [False] * 3
    assert is_in(client) and listed(client) == [("Firefox, Windows", "192.0.2.1", True)]
    assert [line["user_id"] for line in log_lines() if line["event"] == "other_sessions_ended"] == [mara.pk]


def test_a_session_of_somebody_else_is_not_there_to_end(mara, staff, sign_in):
    phone = browser(mara, IPHONE)
    url = reverse("staff:session_end", args=[UserSession.objects.get().pk])

    assert sign_in(staff).post(url).status_code == 404
    assert is_in(phone)


def test_this_browser_is_asked_whether_to_sign_out(mara):
    client = browser(mara)
    url = reverse("staff:session_end", args=[UserSession.objects.get().pk])

    assert client.post(url)["Location"] == "/logout/"
    assert is_in(client)


def test_those_ended_otherwise_are_not_listed(mara):
    phone, client = browser(mara, IPHONE), browser(mara)
    phone.post("/logout/")
    assert len(listed(client)) == 1

    browser(mara, IPHONE)
    new = {"new_password1": "quite another passphrase", "new_password2": "quite another passphrase"}
    client.post(reverse("staff:password"), {"old_password": PASSWORD} | new)
    since = UserSession.objects.get(session_key=client.session.session_key).created_at
    assert len(listed(client)) == 1 and since < timezone.now()


def test_deactivation_ends_them(mara, admin):
    phone = browser(mara, IPHONE)
    deactivate_member(membership=mara.membership, actor=admin)
    mara.memberships.update(is_active=True)

    assert not is_in(phone)


def test_what_was_seen_is_written_every_few_minutes(mara):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = browser(mara)
        client.get(SESSIONS)
        seen = UserSession.objects.get().last_seen_at
        clock.shift(timedelta(minutes=4))
        client.get(SESSIONS)
        assert UserSession.objects.get().last_seen_at == seen
        clock.shift(timedelta(minutes=2))
        client.get(SESSIONS)
        assert UserSession.objects.get().last_seen_at == start + timedelta(minutes=6)


def test_a_session_from_before_the_list_comes_in(mara):
    client = Client(headers={"User-Agent": FIREFOX})
    client.force_login(mara)

    assert listed(client) == [("Firefox, Windows", "127.0.0.1", True)]


def test_addresses_are_forgotten_with_their_session(mara):
    phone, client = browser(mara, IPHONE), browser(mara)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=timezone.now())
    forget_ended_sessions()

    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("… (Macintosh; Intel Mac OS X 10_15_7) … Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge, macOS"),
        (
            "… (Linux; Android 16; SM-S931B) … SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("… (X11; CrOS x86_64 14541.0.0) … Chrome/142.0.0.0 Safari/537.36", "Chrome, ChromeOS"),
        ("curl/8.16.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_has_a_name(user_agent, words):
    assert browser_words(user_agent) == words


def test_what_a_browser_says_of_itself_stays_text(mara):
    client = browser(mara, f"<script>alert(1)</script> Firefox/1 {'x' * 500}")

    assert "alert(1)" not in client.get(SESSIONS).content.decode()
