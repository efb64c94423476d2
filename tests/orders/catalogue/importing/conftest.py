import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backoffice.imports import runs
from backoffice.imports.mapping import ColumnMapping
from backoffice.jobs.services import run_job
from orders.catalogue.importing.jobs import start_check
from orders.models import ProductImport

HEAD = "Artikel;Kategorie;Preis;Wareneinsatz;MwSt;Allergene;Auf der Karte"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def work():
    """Do the job of an import as a worker would, and return the import as it is then."""

    def work(run) -> ProductImport:
        run.refresh_from_db()
        run_job(run.job_id)
        return ProductImport.objects.select_related("job", "organisation", "actor").get(pk=run.pk)

    return work


@pytest.fixture
def bring(organisation, location, manager, work):
    """Upload rows under HEAD (or another), or the bytes of a file, and have it read."""

    def bring(*rows, head=HEAD, name="karte.csv", content=None) -> ProductImport:
        upload = SimpleUploadedFile(name, content or "\r\n".join([head, *rows]).encode())
        run = runs.start_upload(ProductImport, organisation=organisation, actor=manager, upload=upload)
        return work(run)

    return bring


@pytest.fixture
def check(bring, work):
    """From rows to the end of the check."""

    def check(*rows, **how) -> ProductImport:
        run = bring(*rows, **how)
        start_check(run, ColumnMapping.from_json(run.mapping), actor=run.actor)
        return work(run)

    return check


@pytest.fixture
def imported(check, work):
    """From rows to the end of the import."""

    def imported(*rows, **how) -> ProductImport:
        run = check(*rows, **how)
        runs.start_import(run, actor=run.actor)
        return work(run)

    return imported


@pytest.fixture
def take_back(work):
    def take_back(run) -> ProductImport:
        runs.start_undo(run, actor=run.actor)
        return work(run)

    return take_back
