"""Who may open what: every address × role × other organisation × method (TRUST §3)."""

import re

import pytest
from django.urls import URLPattern, get_resolver, reverse

from tests.access_table import CANARY, PLANTS, ROWS

either = pytest.mark.either  # every address is opened on every database, once: by an administrator
ROLES = [pytest.param("staff", marks=either), pytest.param("manager", marks=either), "admin"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MISSING = 999_999_999

rows = pytest.mark.parametrize("row", ROWS, ids=str)
private_rows = pytest.mark.parametrize("row", [row for row in ROWS if not row.public], ids=str)
object_rows = pytest.mark.parametrize(
    "row", [row for row in ROWS if row.make and row.foreign and not row.public], ids=str
)

pytestmark = pytest.mark.django_db


def names_of(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names_of(pattern.url_patterns, namespace)


def address(row, organisation, **replaced):
    kwargs = row.make(organisation) if row.make else {}
    return reverse(row.name, kwargs=kwargs | replaced)


def ask(client, row, url, method=None):
    return getattr(client, (method or row.method).lower())(url, row.data)


def body_of(response, url):
    """Without what differs in every answer: tokens, and the address that was asked for."""
    page = response.content.replace(url.encode(), b"")
    return re.sub(rb'(value|content)="[A-Za-z0-9]{64}"', b"", page)


def test_every_address_is_listed():
    served = set(names_of(get_resolver().url_patterns))

    assert served == {row.name for row in ROWS}


@either
@private_rows
def test_nobody_signed_in_is_sent_to_sign_in(client, row, organisation):
    response = ask(client, row, address(row, organisation))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("row", [row for row in ROWS if row.public], ids=str)
def test_public_pages_answer_anybody(client, row, organisation):
    assert ask(client, row, address(row, organisation)).status_code in row.answers


@private_rows
@pytest.mark.parametrize("role", ROLES)
def test_the_role_decides(request, sign_in, row, role, organisation):
    url = address(row, organisation)
    client = sign_in(request.getfixturevalue(role))

    status = ask(client, row, url).status_code

    assert status in row.answers if role in row.roles else status == 403


@either
@object_rows
def test_a_foreign_object_looks_like_a_missing_one(sign_in, row, organisation, outsider):
    url = address(row, organisation)
    lost = address(row, organisation, pk=MISSING)
    client = sign_in(outsider)

    foreign, missing = ask(client, row, url), ask(client, row, lost)

    assert foreign.status_code == missing.status_code == 404
    assert body_of(foreign, url) == body_of(missing, lost)


@either
@rows
def test_other_methods_are_refused(sign_in, row, organisation, admin):
    url = address(row, organisation)
    listed = {other.method for other in ROWS if other.name == row.name}
    if "POST" in listed:
        listed.add("PUT")  # Django's form views take it for a POST without content
    client = sign_in(admin)

    for method in set(METHODS) - listed:
        assert ask(client, row, url, method).status_code in {302, 403, 404, 405}, method


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.page and row.method == "GET" and not row.make], ids=str
)
def test_nothing_shows_in_another_organisation(sign_in, row, organisation, outsider):
    for plant in PLANTS:
        plant(organisation)
    page = ask(sign_in(outsider), row, reverse(row.name)).content.decode()

    assert CANARY not in page
    assert organisation.name not in page
