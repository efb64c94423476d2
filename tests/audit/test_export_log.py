"""The page of files that left the house."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.audit.imports import log_file_import
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

    for text in (
        admin.name,
        "CSV",
        "Search: Anna",
        "Source: Website",
        "1,234",
        "first_name, email",
        "abababababab",
    ):
        assert text in page
    assert "sort" not in page.lower().split("<table")[1].split("</table")[0] and "not finished" not in page


def test_a_download_that_broke_off_is_not_called_complete(sign_in, admin, export):
    export()
    assert "not finished" in sign_in(admin).get(URL).text


def test_it_is_narrowed_by_kind_and_person(sign_in, admin, manager, export):
    export(query="q=one"), export(query="customer=2", kind="customer_orders", actor=manager)
    client = sign_in(admin)

    assert "Customer: K-2" in client.get(f"{URL}?kind=customer_orders").text
    assert "Search: one" not in client.get(f"{URL}?kind=customer_orders").text
    assert "Search: one" not in client.get(f"{URL}?actor={manager.pk}").text


def test_older_lines_are_a_page_away(sign_in, admin, export):
    for number in range(51):
        export(query=f"q=line{number:02}")
    client = sign_in(admin)
    first = client.get(URL)

    assert "Search: line50" in first.text and "Search: line00" not in first.text
    assert "Search: line00" in client.get(f"{URL}?after={first.context['older']}").text


def test_imports_and_exports_stand_in_one_order_of_time(sign_in, admin, export, organisation):
    """Also those that were written down later than they happened."""
    now = timezone.now()
    export(query="q=between", started_at=now - timedelta(days=2))
    for days, name in ((3, "oldest.csv"), (1, "newest.csv")):
        log_file_import(
            organisation=organisation,
            actor=admin,
            kind=ExportRun.Kind.CUSTOMER_IMPORT,
            filename=name,
            format="csv",
            columns=["first_name"],
            rows=1234,
            sha256="cd" * 32,
            started_at=now - timedelta(days=days),
            url="/customers/import/7/" if name == "newest.csv" else "",
        )
    client = sign_in(admin)
    page = client.get(URL).text

    assert page.index("newest.csv") < page.index("Search: between") < page.index("oldest.csv")
    for text in ("Import of customers", '<a href="/customers/import/7/">newest.csv</a>', "cdcdcdcdcdcd"):
        assert text in page
    assert "between" not in client.get(f"{URL}?kind=customer_import").text
    assert "newest.csv" not in client.get(f"{URL}?kind=customers").text


def test_paging_goes_over_both_kinds_by_time(sign_in, admin, export):
    start = timezone.now()
    for number in range(60):
        kind = "customer_import" if number % 2 else "customers"
        started_at = start - timedelta(minutes=number // 3)  # some at the same moment
        export(kind=kind, filename=f"file{number:02}", started_at=started_at)
    client = sign_in(admin)
    first = client.get(URL)
    second = client.get(f"{URL}?after={first.context['older']}")

    shown = [run.filename for page in (first, second) for run, _conditions in page.context["rows"]]
    assert len(first.context["rows"]) == 50
    assert sorted(shown) == [f"file{number:02}" for number in range(60)]
    assert not second.context["older"] and not second.context["is_first"]


def test_an_import_that_goes_on_keeps_its_line(organisation, admin):
    whose = {"organisation": organisation, "actor": admin, "kind": "customer_import", "filename": "a.csv"}
    for rows in (400, 1200):
        started_at = timezone.now()
        log_file_import(**whose, rows=rows, sha256="", started_at=started_at, url="/customers/import/7/")
        log_file_import(**whose, rows=rows, sha256="", started_at=started_at)

    assert sorted(ExportRun.objects.values_list("rows_count", flat=True)) == [400, 1200, 1200]


def test_the_log_costs_the_same_for_any_number_of_lines(sign_in, admin, export, django_assert_num_queries):
    client = sign_in(admin)
    export(query="source=web&import=3")
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(20):
        export(query=f"source=web&tag=T{number}&import={number}")

    with django_assert_num_queries(len(few)):
        client.get(URL)


@pytest.mark.parametrize("query", ["after=x", "after=-1", "actor=99999999999999999999", "kind=nonsense"])
def test_an_address_that_means_nothing_is_no_error(sign_in, admin, export, query):
    export()
    assert sign_in(admin).get(f"{URL}?{query}").status_code == 200


def test_exports_of_others_are_not_shown(sign_in, admin, other_organisation, export):
    export(organisation=other_organisation, actor=None, query="q=secret")
    page = sign_in(admin).get(URL).text
    assert "secret" not in page and "No file yet" in page
