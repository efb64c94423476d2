"""The page of files that left the house."""

import pytest
from django.utils import timezone

from backoffice.audit.models import ExportRun

URL = "/log/exports/"


@pytest.fixture
def export(organisation, admin):
    def export(**values) -> ExportRun:
        defaults = {"organisation": organisation, "actor": admin, "kind": "customers", "format": "csv"}
        return ExportRun.objects.create(**{**defaults, "started_at": timezone.now(), **values})

    return export


def test_a_line_says_who_took_what_and_when(sign_in, admin, export):
    export(
        query="q=Anna&source=web&sort=-joined",
        columns=["first_name", "email"],
        rows_count=1234,
        status="done",
        sha256="ab" * 32,
    )
    page = sign_in(admin).get(URL).text

    for text in (admin.name, "CSV", "q: Anna", "source: web", "1,234", "first_name, email", "abababababab"):
        assert text in page
    assert "sort:" not in page and "not finished" not in page


def test_a_download_that_broke_off_is_not_called_complete(sign_in, admin, export):
    export()
    assert "not finished" in sign_in(admin).get(URL).text


def test_it_is_narrowed_by_kind_and_person(sign_in, admin, manager, export):
    export(query="q=one"), export(query="q=two", kind="customer_orders", actor=manager)
    client = sign_in(admin)

    assert "q: two" in client.get(f"{URL}?kind=customer_orders").text
    assert "q: one" not in client.get(f"{URL}?kind=customer_orders").text
    assert "q: one" not in client.get(f"{URL}?actor={manager.pk}").text


def test_older_lines_are_a_page_away(sign_in, admin, export):
    for number in range(51):
        export(query=f"q=line{number:02}")
    client = sign_in(admin)
    first = client.get(URL)

    assert "q: line50" in first.text and "q: line00" not in first.text
    assert "q: line00" in client.get(f"{URL}?after={first.context['older']}").text


@pytest.mark.parametrize("query", ["after=x", "after=-1", "actor=99999999999999999999", "kind=nonsense"])
def test_an_address_that_means_nothing_is_no_error(sign_in, admin, export, query):
    export()
    assert sign_in(admin).get(f"{URL}?{query}").status_code == 200


def test_exports_of_others_are_not_shown(sign_in, admin, other_organisation, export):
    export(organisation=other_organisation, actor=None, query="q=secret")
    page = sign_in(admin).get(URL).text
    assert "secret" not in page and "No export yet" in page
