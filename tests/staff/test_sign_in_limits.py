"""Guessing is slow for those who guess and not for those who know."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from backoffice.staff.models import SignInCounter
from backoffice.staff.signing_in.limits import SignInAttempt, account_key, forget_old_tries
from tests.conftest import PASSWORD

LOGIN = "/login/"
EMAIL = "mara@example.org"


@pytest.fixture
def mara(make_known_user):
    return make_known_user(email=EMAIL)


@pytest.fixture
def stranger():
    return Client(headers={"Accept-Language": "en"})


def sign_in(client, email=EMAIL, password=PASSWORD, **request):
    return client.post(LOGIN, {"login": email, "password": password}, **request)


def is_in(answer) -> bool:
    return answer.status_code == 302


def must_wait(answer) -> bool:
    return "Too many failed login attempts" in answer.content.decode()


def test_thirty_wrong_guesses_do_not_stop_the_owners_browser(client, mara, stranger):
    sign_in(client)
    client.post("/logout/")
    for attempt in range(30):
        sign_in(stranger, password="wrong", REMOTE_ADDR=f"192.0.2.{attempt}")

    assert must_wait(sign_in(stranger, REMOTE_ADDR="192.0.2.77"))
    assert is_in(sign_in(client))


def test_guesses_from_the_same_address_do_not_stop_it_either(client, mara, stranger):
    sign_in(client)
    client.post("/logout/")
    for number in range(40):
        sign_in(stranger, f"somebody{number}@example.org", "wrong")

    assert must_wait(sign_in(stranger))
    assert is_in(sign_in(client))


def test_a_right_password_from_an_unknown_browser_waits_minutes_never_a_day(mara, stranger):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for attempt in range(200):
            sign_in(stranger, password="wrong", REMOTE_ADDR=f"192.0.2.{attempt % 250}")
            clock.shift(timedelta(minutes=1))
        clock.shift(timedelta(minutes=15))

        assert is_in(sign_in(stranger, REMOTE_ADDR="198.51.100.1"))


def test_the_wait_grows(mara, stranger):
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in range(12):
            sign_in(stranger, password="wrong", REMOTE_ADDR=f"192.0.2.{attempt}")
            counter = SignInCounter.objects.get(key__startswith="account:")
            waits.append((counter.waits_until - timezone.now()).total_seconds())
            clock.shift(timedelta(minutes=16))

    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_trying_while_one_must_wait_makes_the_wait_no_longer(mara, stranger):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(50):
            sign_in(stranger, password="wrong")
        clock.shift(timedelta(seconds=31))

        assert is_in(sign_in(stranger))


@pytest.mark.parametrize("spelling", [EMAIL.upper(), f" {EMAIL} ", unicodedata.normalize("NFD", EMAIL)])
def test_other_spellings_and_ports_count_together(settings, mara, stranger, spelling):
    settings.ALLOWED_HOSTS = ["*"]
    for attempt in range(5):
        sign_in(stranger, spelling, "wrong", HTTP_HOST=f"host{attempt}.example:{8000 + attempt}")

    assert must_wait(sign_in(stranger, HTTP_HOST="testserver:9000"))


def test_one_address_is_slowed_down_whomever_it_guesses(mara, stranger):
    for number in range(20):
        sign_in(stranger, f"somebody{number}@example.org", "wrong", REMOTE_ADDR="192.0.2.7")

    assert must_wait(sign_in(stranger, REMOTE_ADDR="192.0.2.7"))
    assert is_in(sign_in(stranger, REMOTE_ADDR="192.0.2.8"))


def test_an_own_account_does_not_clear_an_address(mara, make_known_user, stranger):
    make_known_user(email="guesser@example.org")
    for number in range(19):
        sign_in(stranger, f"somebody{number}@example.org", "wrong")
    sign_in(Client(), "guesser@example.org")

    sign_in(stranger, "somebody@example.org", "wrong")

    assert must_wait(sign_in(stranger))


def test_five_thousand_other_keys_do_not_reset_a_counter(mara, stranger):
    for _attempt in range(5):
        sign_in(stranger, password="wrong")
    moment = timezone.now()
    SignInCounter.objects.bulk_create(
        SignInCounter(key=f"!{number}", failures=1, tried_at=moment, waits_until=moment)
        for number in range(5000)
    )
    for number in range(400):
        cache.set(f"~{number}", number)
    forget_old_tries()

    assert must_wait(sign_in(stranger))


def test_who_has_to_wait_fills_no_table(db, stranger):
    for number in range(20):
        sign_in(stranger, f"somebody{number}@example.org", "wrong")
    count = SignInCounter.objects.count()

    assert must_wait(sign_in(stranger, "another@example.org", "wrong"))
    assert SignInCounter.objects.count() == count


def test_tries_are_forgotten_after_a_day(mara, stranger):
    with time_machine.travel(timezone.now() - timedelta(days=1, minutes=1)):
        for _attempt in range(5):
            sign_in(stranger, password="wrong")
    forget_old_tries()

    assert not SignInCounter.objects.exists()


def test_an_unknown_person_gets_the_same_answers(mara, stranger):
    known = [sign_in(stranger, EMAIL, "wrong", REMOTE_ADDR="192.0.2.1") for _attempt in range(6)]
    unknown = [sign_in(stranger, "no@example.org", "wrong", REMOTE_ADDR="192.0.2.2") for _attempt in range(6)]

    assert [must_wait(answer) for answer in known] == [False] * 5 + [True]
    assert [must_wait(answer) for answer in unknown] == [False] * 5 + [True]


def test_a_known_browser_is_known_for_its_own_people_only(client, mara, make_known_user, stranger):
    make_known_user(email="ivan@example.org")
    sign_in(client, "ivan@example.org")
    client.post("/logout/")
    for _attempt in range(5):
        sign_in(stranger, password="wrong", REMOTE_ADDR="192.0.2.9")

    assert must_wait(sign_in(client))
    assert is_in(sign_in(client, "ivan@example.org"))


def test_two_people_share_a_known_browser(client, mara, make_known_user, stranger):
    make_known_user(email="ivan@example.org")
    for email in (EMAIL, "ivan@example.org"):
        sign_in(client, email)
        client.post("/logout/")
    for email in (EMAIL, "ivan@example.org"):
        for _attempt in range(5):
            sign_in(stranger, email, "wrong", REMOTE_ADDR="192.0.2.9")

    assert is_in(sign_in(client, EMAIL))
    client.post("/logout/")
    assert is_in(sign_in(client, "ivan@example.org"))


def test_guessing_in_a_known_browser_is_slowed_down_too(client, mara):
    sign_in(client)
    client.post("/logout/")
    for _attempt in range(5):
        sign_in(client, password="wrong")

    assert must_wait(sign_in(client))


def test_a_forged_cookie_makes_no_browser_known(client, mara, stranger):
    client.cookies["known"] = signing.dumps(["x", [account_key(EMAIL)]], salt="another")
    for _attempt in range(5):
        sign_in(stranger, password="wrong")

    assert must_wait(sign_in(client))


def test_the_cookie_is_out_of_reach_of_scripts(client, mara):
    cookie = sign_in(client).cookies["known"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert EMAIL not in cookie.value and not SignInCounter.objects.filter(key__contains="mara").exists()


def test_a_try_counts_before_its_password_is_looked_at(db):
    answers = [SignInAttempt(account="a", address="192.0.2.1").begin() for _at_once in range(8)]

    assert answers == [True] * 5 + [False] * 3
