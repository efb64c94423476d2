"""What is too large is refused before a byte of it is read."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_customer

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


class BodyRead(Exception):
    """Somebody began to read a body."""


class Untouched:
    """A body that nobody may begin to read: reading it would wait for a slow sender, and store it."""

    def read(self, *args):
        raise BodyRead

    readline = read


@pytest.fixture
def send(client, settings):
    """Post a form of so many bytes, of which none arrives; with a token, for CSRF would stop others."""
    client.handler.enforce_csrf_checks = True

    def send(address, size, **extra):
        client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        body = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(size)}
        return client.post(address, content_type="multipart/form-data; boundary=x", **body | extra)

    return send


def is_read(send, address, size) -> bool:
    try:
        assert send(address, size).status_code == 413
    except BodyRead:
        return True
    return False


@pytest.mark.parametrize("address", ["/login/", "/password/reset/"])
def test_of_a_stranger_only_a_small_form_is_read(send, address):
    assert is_read(send, address, 10_000)
    assert not is_read(send, address, 100_000)


@pytest.mark.parametrize("address", ["/customers/import/", "/orders/import/", "/customers/new/", "/toasts/"])
def test_what_a_stranger_sends_behind_the_door_leads_to_sign_in_unread(send, address):
    answer = send(address, 400 * MIB)

    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")


@pytest.mark.parametrize("name", ["customers:import", "orders:import"])
def test_a_table_is_read_of_those_who_may_import(send, client, staff, manager, settings, name):
    settings.TABLE_MAX_BYTES = 100 * MIB
    client.force_login(manager)
    assert is_read(send, reverse(name), 100 * MIB)
    assert not is_read(send, reverse(name), 105 * MIB)

    client.force_login(staff)
    assert not is_read(send, reverse(name), 5 * MIB)


def test_a_picture_is_read_on_the_forms_that_take_one(send, client, organisation, staff, settings):
    settings.PICTURE_MAX_BYTES = 10 * MIB
    client.force_login(staff)

    assert is_read(send, reverse("customers:new"), 12 * MIB)
    assert not is_read(send, reverse("customers:new"), 15 * MIB)
    edit = reverse("customers:edit", args=[make_customer(organisation).pk])
    assert not is_read(send, edit, 12 * MIB)  # staff may not edit


def test_every_other_page_takes_what_a_form_may_hold(send, client, manager, settings):
    client.force_login(manager)

    assert is_read(send, reverse("staff:choose_theme"), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert not is_read(send, reverse("staff:choose_theme"), settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)


def test_a_body_that_does_not_say_how_long_it_is_stays_unread(send):
    answer = send("/login/", "", HTTP_TRANSFER_ENCODING="chunked")

    assert answer.status_code == 411


def test_the_answer_says_what_to_do_in_the_readers_language(send, client, manager):
    client.force_login(manager)
    page = send(reverse("staff:choose_theme"), 400 * MIB)

    assert page.status_code == 413
    assert "Nothing was stored" in page.content.decode()
    assert 'id="navigation"' in page.content.decode()
    assert (
        "Nothing was stored"
        in Client()
        .post("/login/", headers={"Content-Length": "99999999", "Accept-Language": "en"})
        .content.decode()
    )


@pytest.mark.parametrize(
    ("method", "address", "length", "answer"),
    [
        ("POST", "/customers/import/", "20000000", 204),
        ("POST", "/customers/import/", "", 403),
        ("POST", "/customers/", "20000000", 403),
        ("POST", "/nothing/here/", "20000000", 403),
        ("POST", "/customers/import/", "²", 403),
        ("GET", "/customers/import/?x=1", "", 204),
    ],
)
def test_a_proxy_learns_whose_body_it_may_take(client, manager, method, address, length, answer):
    names = {"X-Original-Method": method, "X-Original-Uri": address, "X-Original-Length": length}
    stranger = client.get("/may-send", headers=names).status_code
    client.force_login(manager)

    assert client.get("/may-send", headers=names).status_code == answer
    assert stranger == (204 if method == "GET" else 401)
