"""From somebody else's export to customers, and back: with a mouse, on a phone, without script."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.jobs.models import Job, WorkerHeartbeat
from backoffice.jobs.services import run_job
from customers.models import ConsentEntry, Customer
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLD_TILL = """Kundenliste vom 31.10.2026

Vorname;Nachname;Mail;Tel;PLZ;Geboren;Newsletter;KdNr_intern
Lotte;Lavendel;lotte@example.org;0171 3920063;01234;03/05/1990;ja;10044
Jürgen;Groß;juergen@example;069 90009301;54321;07/02/1985;nein;10045
Mila;Minze;mila@example.org;0171 3920070;54321;01/01/1970;;10046
""".encode("cp1252")


@pytest.fixture
def old_till(tmp_path):
    path = tmp_path / "kunden-kasse-alt.csv"
    path.write_bytes(OLD_TILL)
    return path


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def german_admin(house):
    WorkerHeartbeat.objects.create(worker_id="here", seen_at=timezone.now() + timedelta(hours=1))
    house.admin.language = "de"
    house.admin.save()
    return house.admin


def work():
    """What the worker would do now, as soon as the browser's request has left a job."""
    deadline = time.monotonic() + 15
    while (job := Job.objects.filter(status=Job.Status.QUEUED).first()) is None:
        assert time.monotonic() < deadline, "no job was left"
        time.sleep(0.05)
    run_job(job.pk)


def test_from_a_german_file_to_customers_and_back(open_as, german_admin, old_till):
    page = open_as(german_admin, "/customers/")
    page.get_by_role("link", name="Importieren").click()

    # 1. the file
    page.locator("input[type=file]").set_input_files(old_till)
    expect(page.get_by_text("kunden-kasse-alt.csv")).to_be_visible()
    page.get_by_role("button", name="Weiter zur Zuordnung").click()
    expect(page.get_by_role("heading", name="Datei wird gelesen")).to_be_visible()
    work()

    # 2. the columns: the page comes by itself
    expect(page.get_by_text("3 Zeilen · 8 Spalten · Semikolon · Windows-1252")).to_be_visible()
    expect(page.get_by_label("Feld für Spalte Tel")).to_have_value("phone")
    expect(page.get_by_text("7 von 8 Spalten werden übernommen")).to_be_visible()
    page.get_by_label("Feld für Spalte KdNr_intern").focus()
    page.get_by_label("Feld für Spalte KdNr_intern").select_option(label="Notizen")
    expect(page.get_by_text("8 von 8 Spalten werden übernommen")).to_be_visible()
    expect(page.get_by_label("Feld für Spalte KdNr_intern")).to_be_focused()
    page.get_by_label("Der Tag (03/05 ist der 3. Mai)").check()
    page.get_by_label("Die Zustimmungen lassen sich nachweisen").check()
    page.get_by_label("Wo die Zustimmung erteilt wurde").fill("Altsystem, Double-Opt-in")
    page.get_by_label("Zustimmungen erteilt bis").fill("2026-10-31")
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("heading", name="Zeilen werden geprüft")).to_be_visible()
    work()

    # 3. the check: one cell is put right
    expect(page.get_by_text("2 von 3 Zeilen werden importiert")).to_be_visible()
    cell = page.locator("input[value='juergen@example']")
    cell.fill("juergen@example.org")
    cell.press("Enter")
    expect(page.get_by_text("3 von 3 Zeilen werden importiert")).to_be_visible()
    expect(page.get_by_text("Berichtigt")).to_be_visible()
    page.get_by_role("button", name="3 Kunden importieren").click()
    expect(page.get_by_role("heading", name="Kunden werden importiert")).to_be_visible()
    work()

    # 4. the result
    expect(page.get_by_role("heading", name="Die Kunden sind da")).to_be_visible()
    lotte = Customer.objects.get(email="lotte@example.org")
    assert (lotte.phone, lotte.postcode, lotte.birthday.isoformat()) == (
        "+491713920063",
        "01234",
        "1990-05-03",
    )
    assert lotte.notes == "10044"
    assert ConsentEntry.objects.get(customer=lotte).origin == "Altsystem, Double-Opt-in"
    assert Customer.objects.get(email="juergen@example.org").last_name == "Groß"
    page.get_by_role("link", name="Kunden anzeigen").click()
    expect(page.get_by_role("link", name="Mila Minze", exact=True)).to_be_visible()

    # and back
    page.go_back()
    page.get_by_role("link", name="Import rückgängig machen …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Import behalten")).to_be_focused()
    dialog.get_by_role("button", name="Import rückgängig machen").click()
    work()
    expect(page.get_by_role("heading", name="Der Import ist rückgängig gemacht")).to_be_visible()
    assert not Customer.objects.filter(email__in=["lotte@example.org", "mila@example.org"]).exists()


def test_the_whole_way_on_a_phone(open_as, german_admin, old_till):
    german_admin.language = "es"
    german_admin.save()
    page = open_as(german_admin, "/customers/")
    page.set_viewport_size({"width": 390, "height": 844})

    page.get_by_role("link", name="Importar").click()
    assert_fits(page, "Importar clientes")
    page.locator("input[type=file]").set_input_files(old_till)
    page.get_by_role("button", name="Continuar a la asignación").click()
    assert_fits(page, "Se lee el archivo")
    work()
    page.get_by_label("El día (03/05 es el 3 de mayo)").check()
    page.get_by_label("No hay prueba").check()
    assert_fits(page)
    page.get_by_role("button", name="Continuar a la revisión").click()
    work()
    expect(page.get_by_text("Se importan 2 de 3 filas")).to_be_visible()
    assert_fits(page)
    page.get_by_role("button", name="Importar 2 clientes").click()
    assert_fits(page, "Se importan los clientes")
    work()
    assert_fits(page, "Los clientes ya están")
    assert Customer.objects.filter(email="mila@example.org").exists()
    assert not ConsentEntry.objects.filter(customer__email="lotte@example.org").exists()


def test_pasted_emails_become_subscribers_with_evidence(open_as, german_admin):
    page = open_as(german_admin, "/customers/import/")
    page.get_by_role("radio", name="Kopieren und einfügen").check()
    page.get_by_label("E‑Mail-Adressen").fill(
        "Anna Sommer <anna@example.org>, ben@example.org;\nclara@example.org"
    )
    expect(page.get_by_text("Datei hierher ziehen")).to_be_hidden()
    page.get_by_text("Automatisch abonnieren").click()
    page.get_by_role("button", name="Weiter zur Zuordnung").click()
    expect(page.get_by_role("alert")).to_contain_text("Sagen Sie, wo sie erteilt wurde.")
    page.get_by_label("Wo die Zustimmung erteilt wurde").fill("Karte am Tresen")
    page.get_by_label("Zustimmungen erteilt bis").fill("2026-05-01")
    page.get_by_role("button", name="Weiter zur Zuordnung").click()
    work()
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    work()
    page.get_by_role("button", name="3 Kunden importieren").click()
    work()

    expect(page.get_by_role("heading", name="Die Kunden sind da")).to_be_visible()
    assert Customer.objects.filter(marketing_consent=True, email__endswith="@example.org").count() >= 3
    assert {entry.origin for entry in ConsentEntry.objects.filter(method="import")} == {"Karte am Tresen"}


def test_the_first_two_steps_are_accessible(open_as, german_admin, old_till, axe):  # noqa: F811
    page = open_as(german_admin, "/customers/import/")
    page.get_by_text("Automatisch abonnieren").click()
    axe()
    page.get_by_text("Ohne Kontakterlaubnis importieren").click()
    page.locator("input[type=file]").set_input_files(old_till)
    page.get_by_role("button", name="Weiter zur Zuordnung").click()
    work()
    page.get_by_text("Datei anders lesen").click()
    page.get_by_label("Die Zustimmungen lassen sich nachweisen").check()
    expect(page.get_by_label("Wo die Zustimmung erteilt wurde")).to_be_visible()
    axe()


class TestWithoutScript:
    @pytest.fixture
    def page(self, browser):
        """Takes the place of the page with script in `open_as`."""
        context = browser.new_context(java_script_enabled=False, locale="de-DE", accept_downloads=True)
        yield context.new_page()
        context.close()

    def test_every_step_can_be_taken(self, open_as, german_admin, old_till):
        page = open_as(german_admin, "/customers/import/")
        page.locator("input[type=file]").set_input_files(old_till)
        page.get_by_role("button", name="Weiter zur Zuordnung").click()
        work()
        page.get_by_role("link", name="Erneut nachsehen").click()
        page.get_by_label("Der Tag (03/05 ist der 3. Mai)").check()
        page.get_by_label("Kein Nachweis vorhanden").check()
        page.get_by_role("button", name="Weiter zur Prüfung").click()
        work()
        page.get_by_role("link", name="Erneut nachsehen").click()
        page.locator("input[value='juergen@example']").fill("juergen@example.org")
        page.get_by_role("button", name="Prüfen").first.click()
        page.get_by_role("button", name="3 Kunden importieren").click()
        work()
        page.get_by_role("link", name="Erneut nachsehen").click()
        expect(page.get_by_role("heading", name="Die Kunden sind da")).to_be_visible()
        page.get_by_role("link", name="Import rückgängig machen").click()
        page.get_by_role("button", name="Import rückgängig machen").click()
        work()
        page.get_by_role("link", name="Erneut nachsehen").click()
        expect(page.get_by_role("heading", name="Der Import ist rückgängig gemacht")).to_be_visible()
        assert not Customer.objects.filter(email="juergen@example.org").exists()
