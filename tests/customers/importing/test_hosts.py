"""A file brought to one host and worked on by others, each with a disk of its own."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from backoffice.core.files.storage import StorageAway
from backoffice.imports import runs
from backoffice.imports.staging import Staging
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from customers.importing import runs as customer_runs
from customers.importing.kept import clear_kept_files, find_file, forget_files, keep_file
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportRun
from tests.buckets import names
from tests.core.test_shared_files import away

ROWS = 1_200


@pytest.fixture(autouse=True)
def _on_host_a(bucket, hosts):
    hosts("a")


def rows() -> list[str]:
    """Each tenth customer stands in the file again, far behind, with the phone alone."""
    first = [f"Anna,N{number},,+49171{number:07d}" for number in range(ROWS - 100)]
    return first + [f"Anna,N{number},,+49171{number:07d}" for number in range(0, 1000, 10)]


def end_in_the_middle(run) -> None:
    """As by kill -9, when two chunks are in."""
    seen = []

    def listen(count):
        seen.append(count)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_job(run.job_id, listen=listen)
    Job.objects.filter(pk=run.job_id).update(leased_until=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_run_without_a_check_goes_on_elsewhere_as_if_nothing_had_been(bring, work, manager, hosts):
    outcomes = []
    for is_disturbed in (False, True):
        run = bring(*rows())
        customer_runs.start_unchecked(run, CustomerMapping.from_json(run.mapping), actor=manager)
        if is_disturbed:
            end_in_the_middle(run)
            hosts("b")
        run = work(run)
        assert run.state == "done"
        outcomes.append((Customer.objects.count(), run.counts))
        Customer.objects.all().delete()
        hosts("a")
    assert outcomes[0] == outcomes[1]


@pytest.mark.django_db
def test_each_step_of_an_import_may_be_done_by_another_host(bring, check, work, manager, hosts):
    run = bring("Anna,Arp,anna@example.org,", "Bert,Bo,bert@example.org,")
    hosts("b")
    run = check(run)
    hosts("c")
    runs.start_import(run, actor=manager)
    run.refresh_from_db()
    assert work(run).state == "done" and Customer.objects.count() == 2


@pytest.mark.django_db
def test_rows_are_shown_by_another_host(bring, check, client, manager, hosts):
    run = bring("Anna,Arp,anna@example.org,")
    hosts("b")
    client.force_login(manager)
    address = reverse("customers:import-columns", args=[run.pk])
    assert "anna@example.org" in client.get(address).content.decode()
    assert len(Staging(run.key).read_page(run.profile["headers"], 0, 10)) == 1


@pytest.mark.django_db
def test_what_is_thrown_away_is_gone_everywhere(bring, bucket, hosts):
    run = bring("Anna,Arp,anna@example.org,")
    assert {name.rpartition("/")[2] for name in names(bucket)} == {"upload", "rows.jsonl", "rows.index.json"}
    hosts("b")
    runs.discard(run)
    assert names(bucket) == []
    hosts("a")
    with pytest.raises(ValidationError, match="no longer here"):
        Staging(run.key).existing("rows.jsonl")


@pytest.mark.django_db(transaction=True)
def test_while_the_bucket_is_away_nothing_is_begun_and_work_waits(bring, bucket, manager, settings):
    run = bring("Anna,Arp,anna@example.org,")
    customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=manager)
    run.refresh_from_db()
    before = names(bucket)
    with away(settings):
        with pytest.raises(StorageAway):
            bring("Bert,Bo,bert@example.org,")
        with pytest.raises(StorageAway):
            runs.discard(ImportRun.objects.create(**blank(run)))
        run_job(run.job_id)
    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.error) == ("queued", "") and job.due_at > timezone.now()
    assert ImportRun.objects.count() == 2 and names(bucket) == before


def blank(run) -> dict:
    now = timezone.now()
    return {"organisation": run.organisation, "key": "0" * 32, "filename": "x", "created_at": now}


@pytest.mark.django_db
def test_a_page_that_needs_the_bucket_says_that_it_is_away(client, manager, settings):
    client.force_login(manager)
    with away(settings):
        response = client.post(reverse("customers:import"), {"kind": "text", "text": "anna@example.org"})
    assert response.status_code == 503 and response["Retry-After"]
    assert "store of files" in response.content.decode() or "Ablage" in response.content.decode()


@pytest.mark.django_db
def test_a_file_that_a_form_waits_with_is_found_by_the_next_host(organisation, manager, hosts, bucket):
    whose = {"organisation": organisation, "person": manager}
    token = keep_file(name="guests.csv", chunks=[b"Anna"], **whose).token
    hosts("b")
    clear_kept_files()
    assert b"".join(find_file(token, **whose).chunks()) == b"Anna"
    forget_files(**whose)
    assert find_file(token, **whose) is None and names(bucket) == []


@pytest.mark.django_db
def test_files_of_no_import_go_after_a_day(bring, bucket, monkeypatch):
    run = bring("Anna,Arp,anna@example.org,")
    Staging.create().store_upload([b"of a host that died"])
    runs.clear_strays()
    assert len({name.split("/")[1] for name in names(bucket)}) == 2
    monkeypatch.setattr(runs, "_STRAY_SECONDS", -5)
    runs.clear_strays()
    assert {name.split("/")[1] for name in names(bucket)} == {run.key}
