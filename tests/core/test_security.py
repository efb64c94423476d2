"""What every answer carries, and what no page contains."""

import re

import pytest
from django.urls import reverse

from tests.access_table import ROWS

PAGES = [row for row in ROWS if row.page and row.method == "GET"]
FORBIDDEN = {
    "inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "inline style": r"<style\b|\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=|\shx-on",
    "script address": r"javascript:",
    "embedded image": r"src=\"data:",
    "foreign address": r"(src|href|action)=\"(https?:)?//",
}

pytestmark = pytest.mark.django_db


def open_page(client, row, organisation):
    kwargs = row.make(organisation) if row.make else {}
    return client.get(reverse(row.name, kwargs=kwargs))


@pytest.mark.either
@pytest.mark.parametrize("row", PAGES, ids=str)
def test_pages_contain_nothing_that_the_policy_would_block(client, sign_in, row, organisation, admin):
    page = open_page(client if row.public else sign_in(admin), row, organisation).content.decode()

    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, page, re.IGNORECASE)]

    assert page.lstrip().lower().startswith("<!doctype html>")
    assert found == []


def test_the_policy_allows_only_this_host(client):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_is_fenced_in(client, header, value):
    assert client.get(reverse("account_login"))[header] == value


def test_signed_in_pages_stay_out_of_caches(client, staff):
    client.force_login(staff)

    response = client.get(reverse("staff:account"))

    assert response["Cache-Control"] == "no-store"
    assert "HX-Request" in response["Vary"]
    assert "camera=(self)" in response["Permissions-Policy"]


def test_a_change_without_token_is_refused(staff):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)

    assert client.post(reverse("staff:choose_theme"), {"theme": "dark"}).status_code == 403


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_next_stays_on_this_host(client, staff, target):
    client.force_login(staff)

    response = client.post(reverse("staff:choose_theme"), {"theme": "dark", "next": target})

    assert response["Location"] == "/"


def test_sign_in_with_a_foreign_next_leads_home(client, make_known_user):
    user = make_known_user()

    response = client.post(
        reverse("account_login"),
        {"login": user.email, "password": "a long enough passphrase", "next": "https://evil.example/"},
    )

    assert response["Location"] == "/"
