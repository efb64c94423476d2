"""Orders in the browser: file, columns, check, run (PRODUCT I8)."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from backoffice.audit.models import AuditEntry
from backoffice.imports import runs
from backoffice.jobs.models import Job
from customers.models import Customer
from orders.models import Order, OrderImport
from tests.factories import make_location

ANNA = "1;01.10.2026 18:30;Pils;2;4,90;Anna Müller;0171 3920012"
ANNAS_BREAD = "1;01.10.2026 18:30;Brezn;1;2,00;;"
NOBODY = "2;02.10.2026 12:00;Espresso;1;3,00;;"
BAD = "3;02.10.2026 12:00;Espresso;viel;3,00;;"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def chosen_columns(run) -> dict[str, str]:
    """The form as it stands; JSON of PostgreSQL keeps no order."""
    columns = run.mapping["columns"]
    return {f"field_{place}": columns[header] for place, header in enumerate(run.profile["headers"])}


def test_a_file_goes_from_the_browser_to_the_orders(sign_in, manager, organisation, location, work):
    client = sign_in(manager)
    content = "\r\n".join(["Belegnummer;Datum;Artikel;Menge;Einzelpreis;Kunde;Telefon", ANNA, NOBODY])
    file = SimpleUploadedFile("kasse.csv", content.encode())

    run_page = client.post(reverse("orders:import"), {"file": file})
    run = work(OrderImport.objects.get())
    assert run_page.url == run.pages["run"]
    page = client.get(run.pages["run"], follow=True)
    assert page.redirect_chain[-1][0] == run.pages["columns"]

    form = page.context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields} | {"job": run.job_id}
    client.post(run.pages["columns"], chosen)
    run = work(OrderImport.objects.get())
    page = client.get(run.pages["check"])
    assert "Import 2 orders" in text_of(page)
    assert (run.checked["first_day"], run.checked["last_day"]) == ("2026-10-01", "2026-10-02")

    client.post(run.pages["start"], {"job": run.job_id})
    run = work(OrderImport.objects.get())
    assert "The orders are in" in text_of(client.get(run.pages["run"]))
    assert set(Order.objects.values_list("external_id", "total_cents")) == {("1", 980), ("2", 300)}
    assert Customer.objects.get().stats.revenue_cents == 980
    assert AuditEntry.objects.filter(action="orders.imported", actor=manager).count() == 1


def test_headers_of_tills_are_recognised(bring):
    run = bring("1;01.10.2026;18:30;Pils;2;9,80", head="Bon-Nr.;Datum;Uhrzeit;Artikelname;Anzahl;Umsatz")
    assert [run.mapping["columns"][header] for header in run.profile["headers"]] == [
        *("order_id", "placed_at", "placed_time", "item", "quantity", "line_total")
    ]


@pytest.mark.parametrize(("cell", "field"), [("#1001", "order_id"), ("Anna Berg", "customer_name")])
def test_a_name_is_a_number_only_when_its_cells_are(bring, cell, field):
    run = bring(f"{cell};01.10.2026;Pils;2;4,90", head="Name;Datum;Artikel;Menge;Preis")
    assert run.mapping["columns"]["Name"] == field


def test_a_file_of_refused_orders_alone_reports_too(bring, check, monkeypatch):
    from backoffice.jobs.running import RunningJob

    advance, told = RunningJob.advance, []
    monkeypatch.setattr("orders.importing.walking._ORDERS_PER_LOOK", 2)
    run = bring(*(BAD.replace("3;", f"{number};", 1) for number in range(9)))
    monkeypatch.setattr(RunningJob, "advance", lambda self, **now: told.append(now) or advance(self, **now))
    assert check(run).checked["refused"] == 9
    assert len(told) >= 5


def test_date_and_time_in_two_columns_and_totals_of_lines(imported):
    head = "Bon-Nr.;Datum;Uhrzeit;Artikelname;Anzahl;Umsatz"
    imported("1;01.10.26;18:30;Pils;3;10,00", head=head)
    order = Order.objects.get()
    assert order.placed_at.isoformat() == "2026-10-01T16:30:00+00:00"
    assert order.total_cents == 1_000
    assert sum(order.lines.values_list("quantity", flat=True)) == 3


def test_words_of_other_programs_are_read(imported):
    head = "Order number;Created at;Item;Qty;Price;Financial status;Order type"
    imported(
        "1;2026-10-01 18:30;Pils;1;4.90;refunded;Take away",
        "2;10/21/2026 6:30 PM;Pils;1;4.90;paid;Dine in",
        head=head,
        day_orders={"Created at": "mdy"},
    )
    found = Order.objects.order_by("external_id").values_list("status", "service_type")
    assert list(found) == [("voided", "pickup"), ("completed", "dine_in")]
    assert Order.objects.get(external_id="2").placed_at.isoformat() == "2026-10-21T16:30:00+00:00"


def test_the_check_counts_what_the_run_then_does(bring, check, work, visit):
    run = check(bring(ANNA, ANNAS_BREAD, NOBODY, BAD))
    assert not Order.objects.exists()
    assert not Customer.objects.exists()
    checked = run.checked
    page = text_of(visit(run, "check"))
    assert "Import 2 orders" in page
    assert "A quantity is a whole number" in page
    assert "1 of 2 new orders name a customer" in page

    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    run = work(run)
    assert {name: run.counts[name] for name in checked} == checked


def test_voided_and_open_orders_are_no_revenue(bring, check, visit):
    head = "Bon-Nr.;Datum;Artikel;Menge;Preis;Status"
    rows = [
        f"{n};01.10.2026 18:30;Pils;1;4,90;{word}" for n, word in enumerate(["bezahlt", "storniert", "offen"])
    ]
    run = check(bring(*rows, head=head))
    assert (run.checked["recorded"], run.checked["total_cents"]) == (3, 490)
    assert "2 open or voided do not count" in text_of(visit(run, "check"))


def test_an_order_that_differs_from_the_stored_one_stays_out(imported, bring, check):
    imported(ANNA)
    run = check(bring(ANNA.replace(";2;", ";3;"), NOBODY))
    assert (run.checked["recorded"], run.checked["refused"]) == (1, 1)
    assert "stored under this number" in run.checked["refusals"][0][-1]


def test_the_same_file_again_changes_nothing_and_says_so(imported, bring, check, visit, sign_in, manager):
    imported(ANNA, NOBODY)
    run = check(bring(ANNA, NOBODY))
    assert "you have these orders already" in text_of(visit(run, "check"))
    sign_in(manager).post(run.pages["start"], {"job": run.job_id})
    assert Job.objects.filter(kind="orders.run_import").count() == 1


def test_a_contact_that_cannot_be_read_costs_no_order(imported):
    run = imported("1;01.10.2026 18:30;Pils;2;4,90;Anna Müller;fragen")
    assert Order.objects.get().customer is None
    assert (run.counts["recorded"], run.counts["hints"], run.counts["notes"][0][3]) == (1, 1, "fragen")


def test_refused_orders_come_back_as_a_file(bring, check, visit):
    run = check(bring(ANNA, BAD))
    content = b"".join(visit(run, "refused").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [(row["Belegnummer"], row["refused_column"]) for row in rows] == [("3", "Menge")]


def test_a_missing_column_is_asked_for_on_the_second_step(bring, sign_in, manager):
    run = bring("1;01.10.2026;Pils", head="Bon-Nr.;Datum;Artikel")
    client = sign_in(manager)
    chosen = chosen_columns(run)
    page = client.post(run.pages["columns"], chosen | {"source": "store", "job": run.job_id})
    assert page.status_code == 422
    assert "No column is mapped to: Quantity, Price of one" in text_of(page)


def test_days_that_can_be_read_two_ways_are_asked_about(bring, sign_in, manager, work):
    run = bring("1;03/05/2026;Pils;1;4,90", head="Bon-Nr.;Datum;Artikel;Menge;Preis")
    client = sign_in(manager)
    chosen = chosen_columns(run)
    chosen |= {"source": "store", "job": run.job_id}
    assert client.post(run.pages["columns"], chosen).status_code == 422
    assert client.post(run.pages["columns"], chosen | {"day_1": "dmy"}).status_code == 302
    assert work(OrderImport.objects.get()).checked["first_day"] == "2026-05-03"


def test_source_and_place_of_orders_that_name_none(organisation, imported):
    canal = make_location(organisation, name="Am Kanal")
    imported(ANNA, source="store", location_id=canal.pk)
    order = Order.objects.get()
    assert (order.source, order.location) == ("store", canal)


@pytest.mark.parametrize("htmx", [False, True])
def test_without_a_file_the_page_says_what_to_do(sign_in, manager, location, htmx):
    page = sign_in(manager).post(reverse("orders:import"), {})
    assert page.status_code == 422
    assert "Choose a file first." in text_of(page)


def test_what_is_no_table_is_refused_in_words(bring, visit):
    run = bring("", head="")
    assert "could not be read" in text_of(visit(run))


def test_where_customers_are_not_collected_the_pages_say_so(organisation, bring, check, visit):
    type(organisation).objects.filter(pk=organisation.pk).update(collects_customers=False)
    run = check(bring(ANNA))
    assert run.checked["customers_created"] == 0
    assert "none is created" in text_of(visit(run, "check"))


@pytest.mark.parametrize("language", ["de", "es", "en"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_example_can_be_imported_as_it_is(organisation, location, manager, sign_in, language, format):
    from orders.importing import import_orders

    type(manager).objects.filter(pk=manager.pk).update(language=language)
    manager.refresh_from_db()
    response = sign_in(manager).get(reverse("orders:import-example", args=[format]))
    content = b"".join(response.streaming_content)
    counts = import_orders(io.BytesIO(content), organisation=organisation, name=f"a.{format}").counts
    assert (counts.recorded, counts.refused, counts.customers_created) == (2, 0, 1)
    assert Order.objects.get(external_id="1001").service_type == "delivery"


def test_staff_may_not_import_orders(sign_in, staff, location):
    assert sign_in(staff).get(reverse("orders:import")).status_code == 403
