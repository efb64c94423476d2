import pytest
from django.urls import reverse

from backoffice.imports import runs
from backoffice.jobs.services import run_job
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.models import ImportRun
from tests.customers.importing.pages import HTMX
from tests.factories import make_customer

HEAD = "first_name,last_name,email,phone"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def work():
    """Do the job of an import as a worker would, and return the import as it is then."""

    def work(run) -> ImportRun:
        run_job(run.job_id)
        return ImportRun.objects.select_related("job", "organisation", "actor").get(pk=run.pk)

    return work


@pytest.fixture
def bring(organisation, location, manager, work):
    """Upload rows under HEAD (or another) and have them read."""

    def bring(*rows, head=HEAD, name="guests.csv") -> ImportRun:
        content = "\r\n".join([head, *rows]).encode()
        run = customer_runs.start_upload(
            organisation=organisation, actor=manager, name=name, size=len(content), chunks=[content]
        )
        return work(run)

    return bring


@pytest.fixture
def check(work):
    """Have an import checked as its columns were recognised, or with changes to that."""

    def check(run, **changes) -> ImportRun:
        mapping = CustomerMapping.from_json(run.mapping | changes)
        customer_runs.start_check(run, mapping, actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return check


@pytest.fixture
def take_in(work):
    def take_in(run) -> ImportRun:
        runs.start_import(run, actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return take_in


@pytest.fixture
def take_back(work):
    def take_back(run) -> ImportRun:
        runs.start_undo(run, actor=run.actor)
        run.refresh_from_db()
        return work(run)

    return take_back


@pytest.fixture
def imported(bring, check, take_in):
    """From rows to the end of the import."""

    def imported(*rows, head=HEAD, **changes) -> ImportRun:
        return take_in(check(bring(*rows, head=head), **changes))

    return imported


@pytest.fixture
def visit_check(sign_in, manager):
    """Open a page of an import, by default that of its check."""
    client = sign_in(manager)

    def visit_check(run, query="", name="import-check"):
        return client.get(reverse(f"customers:{name}", args=[run.pk]) + query)

    return visit_check


@pytest.fixture
def correct(sign_in, manager):
    client = sign_in(manager)

    def correct(run, line, *, htmx=False, **data):
        url = reverse("customers:import-row", args=[run.pk, line])
        return client.post(url, data, headers=HTMX if htmx else {})

    return correct


@pytest.fixture
def rivals(organisation):
    """Two customers whom one row of CONFLICT could mean."""
    mail = make_customer(organisation, first_name="Mia", last_name="Mail", phone="", email="old@example.org")
    phone = make_customer(organisation, first_name="Pia", last_name="Phone", phone="+491713920013", email="")
    return phone, mail


@pytest.fixture
def visit(sign_in, manager):
    """Open a page of an import; `name` is the last part of its address' name."""
    client = sign_in(manager)

    def visit(run, name="run", *, htmx=False):
        url = reverse(f"customers:import-{name}", args=[run.pk])
        return client.get(url, headers=HTMX if htmx else {})

    return visit


@pytest.fixture
def press(sign_in, manager):
    client = sign_in(manager)

    def press(run, name):
        return client.post(reverse(f"customers:import-{name}", args=[run.pk]))

    return press
