"""Contacts of a phone (vCard) on the pages and by the command: upload, columns, check, import, undo."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from backoffice.audit.models import ExportRun
from backoffice.jobs.services import run_job
from customers.importing import check_file
from customers.importing import runs as customer_runs
from customers.importing.example import example_file
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.models import ConsentEntry, Customer, ImportRun
from orders.models import OrderImport
from tests.customers.importing.pages import text_of
from tests.samples.contacts import GOOGLE, IPHONE, card, cards

BROKEN = card("N:Adler;Eva", "TEL 069 9")
NAMELESS = card("TEL:069 90009301")


def upload(content: bytes, name="contacts.vcf") -> dict:
    return {"kind": "file", "file": SimpleUploadedFile(name, content)}


@pytest.fixture
def as_admin(client, admin, location):
    client.force_login(admin)
    return client


@pytest.fixture
def brought(as_admin, work):
    """Upload contacts on the page and have them read."""

    def brought(content: bytes) -> ImportRun:
        as_admin.post(reverse("customers:import"), upload(content))
        return work(ImportRun.objects.get())

    return brought


def columns_url(run) -> str:
    return reverse("customers:import-columns", args=[run.pk])


def choices(response) -> dict:
    """What a person posts who leaves the columns as they were recognised."""
    form = response.context["form"]
    chosen = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in chosen.items() if value not in (None, False)}


def test_contacts_go_from_upload_to_result_and_back(as_admin, brought, work, take_in, take_back):
    run = brought(cards(*BROKEN, *NAMELESS) + IPHONE)
    assert (run.kind, run.profile["rows"], run.problem) == ("vcf", 4, "")

    columns = as_admin.get(columns_url(run))
    assert "Pictures of the contacts are not taken over." in text_of(columns)
    assert "4 rows · 17 columns · UTF-8 · vCard" in text_of(columns)
    assert as_admin.post(columns_url(run), choices(columns)).status_code == 302
    run = work(ImportRun.objects.get())

    check = text_of(as_admin.get(reverse("customers:import-check", args=[run.pk]) + "?tab=fault"))
    assert "Card 1, line 4: This is no property of a contact: a name and a colon are missing." in check
    assert "A first or last name is missing." in check

    run = take_in(run)
    assert Customer.objects.filter(other_contacts="+496990009302 zweite@example.org").count() == 1
    assert (run.state, run.counts["rows"], Customer.objects.count()) == ("done", 4, 2)
    assert ExportRun.objects.get().format == "vcf"
    refused = as_admin.get(reverse("customers:import-refused", args=[run.pk])).streaming_content
    assert "Card 1, line 4" in b"".join(refused).decode()

    assert take_back(run).state == "undone"
    assert not Customer.objects.exists()


def test_contacts_of_two_files_are_completed_and_not_doubled(imported, organisation, location, tmp_path):
    imported("Zoë,,zoe@example.org,")
    path = tmp_path / "contacts.vcf"
    path.write_bytes(GOOGLE)

    assert check_file(path, organisation=organisation).counts.completed == 1


def test_no_column_of_contacts_can_be_a_consent(as_admin, brought):
    run = brought(cards(*card("N:Adler;Eva", "EMAIL:e@example.org", "NOTE:yes")))
    page = as_admin.get(columns_url(run))
    assert "marketing_communications" not in page.text

    notes = f"field_{run.profile['headers'].index('Notes')}"
    answer = as_admin.post(
        columns_url(run), choices(page) | {notes: "marketing_communications", "proof": "yes"}
    )
    assert answer.status_code == 422

    columns = run.mapping["columns"] | {"Notes": "marketing_communications"}
    mapping = CustomerMapping(columns=columns, consent=ConsentBasis("Somewhere"))
    for start in (customer_runs.start_check, customer_runs.start_unchecked):
        with pytest.raises(ValidationError, match="Consents are not taken from contacts"):
            start(run, mapping, actor=run.actor)
    assert not ConsentEntry.objects.exists()


def test_the_way_contacts_are_read_asks_for_the_encoding_alone(as_admin, brought, work):
    run = brought(GOOGLE)
    reading = as_admin.get(columns_url(run)).context["reading"]
    assert list(reading.fields) == ["encoding"]

    as_admin.post(reverse("customers:import-read", args=[run.pk]), {"reading-encoding": "cp1252"})
    assert work(ImportRun.objects.get()).profile["encoding"] == "cp1252"


def test_the_page_of_customers_offers_contacts_and_that_of_orders_does_not(as_admin):
    assert "vCard, .vcf" in as_admin.get(reverse("customers:import")).text
    assert ".vcf" not in as_admin.get(reverse("orders:import")).text


def test_orders_are_not_read_from_contacts(as_admin, work_any):
    as_admin.post(reverse("orders:import"), upload(GOOGLE))

    assert "These are contacts (vCard), which come in under Customers." in work_any(OrderImport).problem


@pytest.fixture
def work_any():
    def work_any(model):
        run_job(model.objects.get().job_id)
        return model.objects.get()

    return work_any


@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_the_example_is_two_contacts_that_come_in(organisation, location, tmp_path, language):
    path = tmp_path / "example.vcf"
    with translation.override(language):
        path.write_bytes(b"".join(example_file("vcf", language, organisation)))

    result = check_file(path, organisation=organisation)

    assert (result.error, result.accepted, result.faults, result.ignored_columns) == ("", 2, [], [])


def test_the_example_is_a_download(as_admin):
    response = as_admin.get(reverse("customers:import-example", args=["vcf"]))

    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    assert b"".join(response.streaming_content).startswith(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")


def test_the_command_takes_contacts_and_names_the_broken_ones(organisation, location, tmp_path, capsys):
    path = tmp_path / "contacts.vcf"
    path.write_bytes(cards(*BROKEN) + GOOGLE)

    with pytest.raises(SystemExit):
        call_command("import_customers", str(path), "--organisation", organisation.slug)

    printed = capsys.readouterr().out
    assert "Refused line 1: Card 1, line 4: This is no property of a contact" in printed
    assert "Rows: 3; 2 new" in printed
    assert "There is no field for" not in printed
    assert Customer.objects.count() == 2


def test_the_command_takes_no_consent_from_contacts(organisation, location, tmp_path):
    path, mapping = tmp_path / "contacts.vcf", tmp_path / "mapping.json"
    path.write_bytes(GOOGLE)
    mapping.write_text('{"Notes": "marketing_communications", "E-mail": "email", "First name": "first_name"}')

    with pytest.raises(CommandError, match="Consents are not taken from contacts"):
        call_command(
            *("import_customers", str(path), "--organisation", organisation.slug),
            *("--mapping", str(mapping), "--subscribe-origin", "Old till"),
        )
