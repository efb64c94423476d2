"""Two hosts: processes with disks of their own, one database and one bucket."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.urls import reverse

from backoffice.imports import runs
from customers.importing import runs as customer_runs
from customers.importing.correcting import correct_row
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportRun
from tests.factories import make_customer
from tests.jobs.test_worker import database_url, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
GUESTS = b"first_name,last_name,email\r\nAnna,Arp,anna@example.org\r\nBert,Bo,no\r\nCleo,Cu,cleo@example.org"


@pytest.fixture
def on_b(bucket, bucket_settings, hosts, tmp_path):
    """Start a command on host B; the test itself is host A."""
    hosts("a")
    environment = {
        **os.environ,
        **bucket_settings,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "MEDIA_ROOT": str(tmp_path / "b"),
        "VAR_DIR": str(tmp_path / "b-var"),
        "LOG_LEVEL": "CRITICAL",
        "JOB_LEASE_SECONDS": "2",
    }
    started = []

    def start(*command) -> subprocess.Popen:
        arguments = [sys.executable, *command]
        started.append(
            subprocess.Popen(  # noqa: S603
                arguments, cwd=django_settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
            )
        )
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def when_done(model, run):
    """The run when a worker has ended the job that waits."""
    wait_for(lambda: model.objects.get(pk=run.pk).job.is_finished, seconds=60)
    run = model.objects.select_related("job", "organisation", "actor").get(pk=run.pk)
    assert run.job.status == "done", run.job.error
    return run


def test_a_worker_elsewhere_reads_checks_takes_in_and_takes_back(
    on_b, organisation, location, manager, bucket, tmp_path
):
    run = customer_runs.start_upload(
        organisation=organisation, actor=manager, name="guests.csv", size=len(GUESTS), chunks=[GUESTS]
    )
    on_b("manage.py", "worker")
    run = when_done(ImportRun, run)
    customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=manager)
    run = when_done(ImportRun, run)
    correct_row(run, 3, cells={"email": "bert@example.org"})  # on a page of this host
    runs.start_import(ImportRun.objects.get(pk=run.pk), actor=manager)
    run = when_done(ImportRun, run)
    emails = Customer.objects.order_by("email").values_list("email", flat=True)
    assert list(emails) == ["anna@example.org", "bert@example.org", "cleo@example.org"]
    runs.start_undo(run, actor=manager)
    when_done(ImportRun, run)
    assert not Customer.objects.exists()
    assert (tmp_path / "b" / "imports" / run.key / "rows.jsonl").exists()


def test_a_picture_brought_here_is_served_there(on_b, organisation, manager, client):
    customer = make_customer(organisation)
    customer.picture.save("picture.webp", ContentFile(b"RIFF-picture"))
    ask = (
        "import django; django.setup();"
        "from django.test import Client; from django.conf import settings; settings.ALLOWED_HOSTS = ['*'];"
        "from backoffice.staff.models import User;"
        f"client = Client(); client.force_login(User.objects.get(pk={manager.pk}));"
        f"print(b''.join(client.get({reverse('customers:picture', args=[customer.pk])!r}).streaming_content))"
    )
    told, _errors = on_b("-c", ask).communicate(timeout=60)
    assert told.strip() == "b'RIFF-picture'"


def test_a_large_file_goes_there_and_back_in_little_memory(on_b, bucket, hosts):
    """What the process needs at most, in KiB, before and after."""
    work = (
        "import django; django.setup(); import resource;"
        "from backoffice.core.files.working import WorkFolder;"
        "from backoffice.core.files.storage import shared;"
        "folder, peak = WorkFolder('imports/x'), lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "folder.create(); file = (folder.path / 'upload').open('wb');"
        "[file.write(bytes(2**20)) for _ in range(150)]; file.close();"
        "shared().version('imports/x/none'); before = peak(); folder.keep('upload');"
        "(folder.path / 'upload').unlink(); assert folder.existing('upload').stat().st_size == 150 * 2**20;"
        "print(peak() - before)"
    )
    told, _errors = on_b("-c", work).communicate(timeout=120)
    assert int(told) < 60 * 1024
