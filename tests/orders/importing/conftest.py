import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backoffice.imports import runs
from backoffice.jobs.services import run_job
from orders.importing.mapping import OrderMapping
from orders.importing.runs import start_check
from orders.models import OrderImport

HEAD = "Belegnummer;Datum;Artikel;Menge;Einzelpreis;Kunde;Telefon"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def work():
    """Do the job of an import as a worker would, and return the import as it is then."""

    def work(run) -> OrderImport:
        run_job(run.job_id)
        return OrderImport.objects.select_related("job", "organisation", "actor").get(pk=run.pk)

    return work


@pytest.fixture
def bring(organisation, location, manager, work):
    """Upload rows under HEAD (or another) and have them read."""

    def bring(*rows, head=HEAD, name="till.csv") -> OrderImport:
        content = "\r\n".join([head, *rows]).encode()
        upload = SimpleUploadedFile(name, content)
        run = runs.start_upload(OrderImport, organisation=organisation, actor=manager, upload=upload)
        return work(run)

    return bring


@pytest.fixture
def check(work):
    """Have an import checked as its columns were recognised, or with changes to that."""

    def check(run, **changes) -> OrderImport:
        start_check(run, OrderMapping.from_json(run.mapping | changes), actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return check


@pytest.fixture
def imported(bring, check, work):
    """From rows to the end of the import."""

    def imported(*rows, head=HEAD, **changes) -> OrderImport:
        run = check(bring(*rows, head=head), **changes)
        runs.start_import(run, actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return imported


@pytest.fixture
def take_back(work):
    def take_back(run) -> OrderImport:
        runs.start_undo(run, actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return take_back


@pytest.fixture
def visit(sign_in, manager):
    """Open a page of an import."""

    def visit(run, page="run", **query):
        client = sign_in(manager)
        return client.get(reverse(f"orders:import-{page}", args=[run.pk]), query, follow=True)

    return visit
