"""The document says what the API does, and people can read it."""

import json
import re

import pytest
from django.urls import reverse

from tests.core.test_security import FORBIDDEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_document_is_openapi(document):
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/orders/batch" in document["paths"]


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert names <= set(document["components"]["schemas"])


def test_every_operation_asks_for_a_key_and_says_its_scope(document):
    for name, operation in operations(document):
        assert operation["security"] == [{"KeyAuth": []}], name
        assert operation["x-scope"], name


def test_every_refusal_is_declared_as_a_problem(document):
    for name, operation in operations(document):
        refusals = {status: said for status, said in operation["responses"].items() if status >= "400"}
        assert {"400", "401", "403", "429"} <= set(refusals), name
        for said in refusals.values():
            assert set(said["content"]) == {"application/problem+json"}, name


def test_the_page_names_every_operation_and_shape(client, document):
    page = client.get(reverse("api-docs")).content.decode()

    for path in document["paths"]:
        assert path in page
    for shape in document["components"]["schemas"]:
        assert f'id="shape-{shape}"' in page


def test_the_page_needs_no_script_and_nothing_of_others(client):
    page = client.get(reverse("api-docs")).content.decode()

    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, page)] == []


def test_a_server_of_ours_is_not_named_by_the_request(client):
    """What the Host says must not end up in a document that others keep."""
    assert client.get("/api/v1/openapi.json").json()["servers"] == []
