"""Products from files: what is read, refused, added, changed (PRODUCT S4)."""

import contextlib
import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from backoffice.audit.models import AuditEntry, ExportRun
from backoffice.imports import runs
from backoffice.jobs.models import Job
from backoffice.jobs.running import RunningJob
from backoffice.jobs.services import recover_jobs, run_job
from orders.catalogue.importing import jobs, walking
from orders.catalogue.importing.fields import recognise
from orders.catalogue.resources import ProductResource
from orders.models import Product, ProductImport
from tests.orders.factories import make_product

GULASCH = "Rindsgulasch;Hauptgerichte;14,90;4,20;7;Gluten, Sellerie;ja"
PILS = "Pils;Getränke;3,90;;19 %;Gluten;nein"


def state() -> list[dict]:
    rows = list(Product.objects.order_by("name_key").values())
    for row in rows:
        del row["edited_at"]
        row["allergens"].sort()
    return rows


def told(row: dict) -> dict:
    """What a file tells of a product."""
    return {name: value for name, value in row.items() if name not in ("id", "sold_out_on")}


def counts_of(run) -> dict[str, int]:
    return {name: run.counts[name] for name in ("added", "changed", "unchanged", "refused")}


def reasons(run) -> list[tuple[int, str, str, str]]:
    return [(line, column, value, reason) for line, _name, column, value, reason in run.checked["refusals"]]


def test_products_are_added_with_all_that_the_file_knows(imported):
    run = imported(GULASCH, PILS)
    assert counts_of(run) == {"added": 2, "changed": 0, "unchanged": 0, "refused": 0}
    gulasch, pils = Product.objects.order_by("-name")
    assert (gulasch.name, gulasch.category, gulasch.price_cents) == ("Rindsgulasch", "Hauptgerichte", 1490)
    assert (gulasch.cost_cents, gulasch.tax_rate) == (420, 7)
    assert (gulasch.allergens, gulasch.is_available) == (["gluten", "celery"], True)
    assert (pils.cost_cents, pils.tax_rate, pils.is_available) == (None, 19, False)


def test_the_same_file_again_changes_nothing(imported, check):
    imported(GULASCH, PILS)
    before = state()
    again = check(GULASCH, PILS)
    assert again.checked["unchanged"] == 2
    assert imported(GULASCH, PILS).counts["unchanged"] == 2
    assert state() == before


def test_a_name_finds_its_product_whatever_its_case_and_empty_cells_leave_what_is_there(
    organisation, other_organisation, imported
):
    archived_at = timezone.now()
    old = {"price_cents": 900, "cost_cents": 300, "category": "Suppen", "tax_rate": Decimal("7")}
    make_product(organisation, name="Käsespätzle", archived_at=archived_at, **old)
    make_product(other_organisation, name="Käsespätzle", **old)
    run = imported("KÄSESPÄTZLE;;9,50;;;;")
    assert counts_of(run) == {"added": 0, "changed": 1, "unchanged": 0, "refused": 0}
    ours = Product.objects.get(organisation=organisation)
    assert (ours.name, ours.price_cents, ours.cost_cents, ours.category) == (
        *("Käsespätzle", 950, 300, "Suppen"),
    )
    assert (ours.tax_rate, ours.archived_at, ours.is_available) == (7, archived_at, True)
    assert Product.objects.get(organisation=other_organisation).price_cents == 900


@pytest.mark.parametrize(
    ("head", "row", "column", "value", "reason"),
    [
        ("Name;Price", ";4", "Name", "", "The row names no product."),
        ("Name;Price", "Pils;", "Price", "", "A new product needs a price."),
        ("Name;Price", "Pils;viel", "Price", "viel", "This is not an amount"),
        ("Name;Price", "Pils;-4", "Price", "-4", "An amount is not negative."),
        ("Name;Price", "Pils;4 USD", "Price", "4 USD", "Amounts are in EUR here."),
        ("Name;Price", "Pils;99999999999", "Price", "99999999999", "This amount is too large."),
        ("Name;Price;Cost", "Pils;4;-1", "Cost", "-1", "An amount is not negative."),
        ("Name;Price;VAT", "Pils;4;190", "VAT", "190", "Write per cent from 0 to 100"),
        ("Name;Price;VAT", "Pils;4;%", "VAT", "%", "Write per cent from 0 to 100"),
        ("Name;Price;VAT;VAT 2", "Menu;4;;19", "VAT", "", "A second rate needs a first one."),
        ("Name;Price;second_tax_share", "Menu;4;100", "second_tax_share", "100", "less than or equal to 99"),
        ("Name;Price;second_tax_share", "Menu;4;half", "second_tax_share", "half", "Enter a whole number."),
        ("Name;Price;Allergens", "Pils;4;Milch, Staub", "Allergens", "Milch, Staub", "no allergens: Staub"),
        ("Name;Price;Active", "Pils;4;maybe", "Active", "maybe", "Write yes or no."),
    ],
)
def test_a_row_is_refused_with_its_reason(check, head, row, column, value, reason):
    run = check("Brezn;2", row, head=head)
    assert (run.checked["added"], run.checked["refused"]) == (1, 1)
    [(line, *rest, said)] = reasons(run)
    assert (line, *rest) == (3, column, value)
    assert reason in said


def test_very_long_texts_are_refused_and_shown_shortened(check):
    run = check(f"{'ä' * 10_000};Suppen;4", f"Pils;{'x' * 10_000};4", head="Artikel;Kategorie;Preis")
    assert run.checked["refused"] == 2
    for _line, _column, value, reason in reasons(run):
        assert len(value) < 200
        assert "(it has 10000)" in reason


def test_a_product_stands_in_a_file_once(imported):
    run = imported("Straße;;4;;;;", "STRASSE;;5;;;;")
    assert reasons(run) == [(3, "Artikel", "STRASSE", "This product is on line 2 already.")]
    assert Product.objects.get().price_cents == 400


def test_a_wrong_row_does_not_keep_the_others_out_and_comes_back_in_a_file(imported, sign_in, manager):
    run = imported(GULASCH, "Brot;Beilagen;viel;;;Staub;", PILS)
    assert counts_of(run) == {"added": 2, "changed": 0, "unchanged": 0, "refused": 1}
    response = sign_in(manager).get(run.pages["refused"])
    [row] = csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))
    assert (row["refused_line"], row["refused_column"]) == ("3", "Preis, Allergene")
    assert (row["refused_value"], row["Artikel"], row["Preis"]) == ("viel", "Brot", "viel")
    assert "This is not an amount" in row["reason"]
    assert "no allergens: Staub" in row["reason"]


@pytest.mark.parametrize(
    "cell", ["milk, gluten", "Milch;Gluten", "leche|GLUTEN", "Laktose | Weizen", "gluten,milk,gluten"]
)
def test_allergens_are_codes_or_words_of_three_languages(imported, cell):
    run = imported(f'Brot;2;"{cell}"', head="Artikel;Preis;Allergene")
    assert run.counts["added"] == 1
    assert Product.objects.get().allergens == ["gluten", "milk"]


def test_a_second_rate_has_the_usual_share_where_nobody_said(imported):
    imported("Menü;12;7;19", head="Artikel;Preis;MwSt;MwSt 2")
    assert Product.objects.get().second_tax_pct == 30


@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_headings_of_our_own_file_are_recognised_in_every_language(language):
    fields = ProductResource.table_fields
    with translation.override(language):
        labels = [str(field.label) for field in fields]
    for headers in (labels, [field.column_name for field in fields]):
        guesses = recognise(headers)
        read = [guesses[header].field for header in headers if guesses[header].by != "computed"]
        assert read == [
            *("product", "category", "price", "cost", "tax_rate", "second_tax_rate", "second_tax_share"),
            *("allergens", "on_menu"),
        ]
        assert [guess.by for guess in guesses.values()].count("computed") == 3


MENU = [
    {"name": "=1+1", "category": "@Suppen", "price_cents": 1, "allergens": ["milk", "celery"]},
    {"name": '\'Käsespätzle; "groß", 😀', "price_cents": 0, "cost_cents": 0, "tax_rate": 0},
    {"name": "Ñandú | zwei", "price_cents": 123_456_789, "cost_cents": 100_000, "tax_rate": Decimal("5.5")},
    {"name": "Menü", "price_cents": 1_000, "tax_rate": 7, "second_tax_rate": 19, "second_tax_pct": 45},
    {"name": "0123", "price_cents": 1_250, "tax_rate": Decimal("10.05")},
    {"name": "Reh", "price_cents": 2_000, "sold_out_on": "2026-03-01"},
    {"name": "Gans", "price_cents": 4_200, "is_available": False},
]


@pytest.fixture(params=["de", "en"])
def export(request, organisation, sign_in, manager):
    """The file of MENU as somebody who reads that language loads it."""
    for fields in MENU:
        make_product(organisation, **fields)
    manager.language = request.param
    manager.save()
    client = sign_in(manager)
    return lambda format, view: b"".join(client.get(f"/products/export.{format}", {"view": view}))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_exported_file_comes_back_unchanged(export, imported, check, format):
    files = [export(format, view) for view in ("", "off")]
    before = state()
    for content in files:
        counts = check(content=content, name=f"menu.{format}").checked
        assert [counts[name] for name in ("added", "changed", "refused")] == [0, 0, 0]
        assert counts["unchanged"] > 0
    assert state() == before

    Product.objects.all().delete()
    counts = [counts_of(imported(content=content, name=f"menu.{format}"))["added"] for content in files]
    assert counts == [6, 1]
    assert [told(row) for row in state()] == [told(row) for row in before]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x00\x01\x02" * 50, "menu.csv", ""),
        (b"PK\x03\x04 no workbook", "menu.xlsx", ""),
        ("Artikel;Preis\r\nKäse;4".encode("utf-16-be")[1:], "menu.csv", ""),
        (b"", "menu.csv", "This file is empty."),
        (b"\r\n \r\n", "menu.csv", ""),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(sign_in, manager, location, work, content, name, said):
    client = sign_in(manager)
    response = client.post("/products/import/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    if not ProductImport.objects.exists():
        assert said in response.text
        return
    run = work(ProductImport.objects.get())
    assert run.problem
    assert "The file could not be read" in client.get(run.pages["run"]).text
    assert not Product.objects.exists()


def test_windows_files_keep_their_umlauts(imported):
    imported(content="Artikel;Preis\r\nKäsespätzle groß;9,50".encode("cp1252"))
    assert Product.objects.get().name == "Käsespätzle groß"


def test_without_a_column_of_names_nothing_is_checked(bring, sign_in, manager):
    run = bring("4,50;7", head="Preis;MwSt")
    chosen = {"field_0": "price", "field_1": "tax_rate", "job": run.job_id}
    response = sign_in(manager).post(run.pages["columns"], chosen)
    assert response.status_code == 422
    assert "Say which column is the name of the product." in response.text


def test_a_file_without_headings_says_so_by_what_it_recognises(bring):
    run = bring(PILS, head=GULASCH)
    assert set(run.mapping["columns"].values()) == {""}


def test_a_menu_has_an_end(check, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_ROWS", 1)
    run = check(GULASCH, PILS)
    assert run.job.status == Job.Status.FAILED
    assert "at most 1 rows" in run.job.error


def test_the_import_is_in_both_logs(imported, manager):
    run = imported(GULASCH, PILS)
    assert AuditEntry.objects.get(action="product.imported").details["added"] == 2
    line = ExportRun.objects.get(kind="product_import")
    assert (line.actor, line.rows_count, line.sha256) == (manager, 2, run.sha256)
    assert line.url == run.pages["run"]


@pytest.mark.parametrize("chunk", [1, 2, 500])
def test_a_run_that_broke_off_goes_on_and_counts_once(check, work, monkeypatch, chunk):
    monkeypatch.setattr(walking, "CHUNK", chunk)
    run = check(GULASCH, PILS, "Brezn;;2;;;;", "pils;;5;;;;")
    give_way, left = RunningJob.give_way, [2]

    def stop(self):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        give_way(self)

    monkeypatch.setattr(RunningJob, "give_way", stop)
    runs.start_import(run, actor=run.actor)
    with contextlib.suppress(KeyboardInterrupt):
        work(run)
    Job.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(minutes=5))
    recover_jobs()
    run_job(run.job_id)
    run.refresh_from_db()
    assert counts_of(run) == {"added": 3, "changed": 0, "unchanged": 0, "refused": 1}
    assert Product.objects.get(name="Pils").price_cents == 390


def test_a_product_that_somebody_adds_meanwhile_is_changed_instead(check, work, organisation, monkeypatch):
    run = check(GULASCH)
    stored, asked = walking.ProductWalk._stored, []

    def late(self, taken, **how):
        found = stored(self, taken, **how)
        if not asked:
            asked.append(make_product(organisation, name="RINDSGULASCH", price_cents=1))
            return {}
        return found

    monkeypatch.setattr(walking.ProductWalk, "_stored", late)
    runs.start_import(run, actor=run.actor)
    assert counts_of(work(run)) == {"added": 0, "changed": 1, "unchanged": 0, "refused": 0}
    assert Product.objects.get().price_cents == 1490
