"""Imports that end otherwise than at their last row."""

from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from backoffice.audit.models import AuditEntry, ExportRun
from backoffice.imports import jobs as reading
from backoffice.imports import runs
from backoffice.imports.staging import Staging
from backoffice.jobs.models import Job
from backoffice.jobs.services import recover_jobs, run_job
from customers.importing import import_customers, undoing
from customers.importing import jobs as working
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportRun
from tests.factories import make_import


@pytest.fixture
def begun(bring, check):
    """An import that waits for a worker."""
    run = check(bring("A,B,a@example.org,"))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    return run


def settled(run) -> ImportRun:
    return runs.settle(ImportRun.objects.select_related("job").get(pk=run.pk))


def logged() -> int:
    return AuditEntry.objects.filter(action="customers.imported").count()


def test_a_run_that_was_cancelled_while_it_waited_counts_as_stopped(begun):
    runs.cancel(begun, actor=begun.actor)

    assert settled(begun).state == ImportRun.State.STOPPED


def test_a_run_that_failed_says_so_and_is_logged_once(begun, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(working, "store", fail)
    run_job(begun.job_id)

    first, second = settled(begun), settled(begun)

    assert (first.state, second.state) == (ImportRun.State.STOPPED, ImportRun.State.STOPPED)
    assert first.problem == first.job.error != ""
    assert logged() == 1


def test_a_run_of_the_command_line_that_was_killed_does_not_run_for_ever(organisation):
    last = timezone.now() - timedelta(hours=1)
    run = make_import(organisation, state=ImportRun.State.RUNNING, started_at=last, finished_at=last)

    assert settled(run).state == ImportRun.State.STOPPED
    assert ImportRun.objects.get(pk=run.pk).finished_at == last


def test_a_run_of_the_command_line_is_left_alone_while_it_writes(organisation, location, sign_in, manager):
    client, seen = sign_in(manager), []

    def look(rows):
        page = client.get("/customers/import/runs/").content.decode()
        run = ImportRun.objects.get()
        seen.append((run.state, run.job.counts["created"], "is being imported" in page))
        assert client.get(f"/customers/import/{run.pk}/").context["view"].phase.name == "running"
        assert client.post(f"/customers/import/{run.pk}/undo/").status_code == 302

    rows = "".join(f"G,n{number},g{number}@example.org\n" for number in range(600))
    file = BytesIO(f"first_name,last_name,email\n{rows}".encode())
    import_customers(file, organisation=organisation, name="guests.csv", progress=look)

    assert seen == [("running", 500, True), ("running", 600, True)]
    run = ImportRun.objects.get()
    assert (run.state, run.counts["created"], logged()) == ("done", 600, 1)


def test_what_the_command_line_left_unfinished_can_only_be_taken_back(organisation, press, work):
    run = make_import(organisation, state=ImportRun.State.STOPPED, finished_at=timezone.now())

    press(run, "continue")

    run.refresh_from_db()
    assert (run.state, run.job) == (ImportRun.State.STOPPED, None)
    with pytest.raises(runs.NotPossible):
        runs.start_import(run, actor=None)


def test_an_old_look_does_not_end_a_run_that_goes_on_meanwhile(begun):
    runs.cancel(begun, actor=begun.actor)
    old = ImportRun.objects.select_related("job").get(pk=begun.pk)
    runs.start_import(settled(begun), actor=begun.actor)

    assert runs.settle(old).state == ImportRun.State.RUNNING
    assert ImportRun.objects.get(pk=begun.pk).state == ImportRun.State.RUNNING


def test_a_run_that_ended_while_nobody_looked_is_logged_within_the_hour(begun):
    runs.cancel(begun, actor=begun.actor)

    customer_runs.clear_old_imports()

    assert ImportRun.objects.get(pk=begun.pk).state == ImportRun.State.STOPPED
    assert logged() == 1


def test_an_import_stands_in_the_log_of_files_once(bring, check, take_in, work, manager):
    run = check(bring("A,B,a@example.org,", "C,D,nope,", name="till.csv"))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    runs.cancel(run, actor=run.actor)
    run = settled(run)
    assert ExportRun.objects.get().rows_count == 0
    run = take_in(run)

    line = ExportRun.objects.get()
    assert (line.kind, line.format, line.filename, line.actor) == (
        "customer_import",
        "csv",
        "till.csv",
        manager,
    )
    assert (line.rows_count, line.sha256, line.status) == (2, run.sha256, "done")
    assert line.columns == ["email", "first_name", "last_name", "phone"]
    assert line.url == f"/customers/import/{run.pk}/"


def test_imports_of_before_are_added_to_the_log(imported, organisation, admin):
    run = imported("A,B,a@example.org,")
    now = ExportRun.objects.values().get()
    ExportRun.objects.all().delete()
    make_import(organisation)

    import_module("customers.migrations.0009_log_earlier_imports").log_earlier_imports(apps, None)

    then = ExportRun.objects.values().get()
    different = {name for name in now if now[name] != then[name]}
    assert different <= {"id", "finished_at"}
    assert then["finished_at"] == run.finished_at


def test_an_old_file_at_which_somebody_works_is_not_cleared(bring, check):
    run = bring("A,B,a@example.org,")
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=8))
    customer_runs.clear_old_imports()
    run = check(run)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)
        customer_runs.clear_old_imports()

    assert ImportRun.objects.get(pk=run.pk).job.is_active
    assert Staging(run.key).folder.exists()


def test_a_run_at_work_is_left_alone(begun):
    assert settled(begun).state == ImportRun.State.RUNNING
    assert logged() == 0


def test_after_an_undo_has_begun_nothing_more_comes_in(bring, check, take_in, monkeypatch):
    run = take_in(check(bring("A,B,a@example.org,", "C,D,c@example.org,")))
    runs.start_undo(run, actor=run.actor)
    run.refresh_from_db()
    monkeypatch.setattr(undoing, "undo_chunks", lambda *args: None)
    runs.cancel(run, actor=run.actor)
    ImportRun.objects.update(state=ImportRun.State.STOPPED)
    run.refresh_from_db()

    with pytest.raises(runs.NotPossible):
        runs.start_import(run, actor=run.actor)


def test_a_discarded_file_is_gone_and_its_jobs_lead_nowhere(bring):
    run = bring("A,B,a@example.org,")
    assert Job.objects.get().url

    runs.discard(run)

    assert not Staging(run.key).folder.exists()
    assert not ImportRun.objects.exists()
    assert Job.objects.get().url == ""


def test_what_was_taken_in_cannot_be_discarded(imported):
    run = imported("A,B,a@example.org,")

    with pytest.raises(runs.NotPossible):
        runs.discard(run)

    assert Customer.objects.count() == 1


def test_an_undo_that_goes_on_counts_all_that_was_taken_back(imported, work, monkeypatch):
    monkeypatch.setattr(undoing, "CHUNK", 1)
    run = imported("A,B,a@example.org,", "C,D,c@example.org,", "E,F,e@example.org,")
    runs.start_undo(run, actor=run.actor)
    take_back = undoing._Undo.take_back

    def stop_at_second(self, counts):
        if Customer.objects.count() == 2:
            runs.cancel(run, actor=run.actor)
        take_back(self, counts)

    run.refresh_from_db()
    monkeypatch.setattr(undoing._Undo, "take_back", stop_at_second)
    run = work(run)
    assert (run.state, run.job.counts["removed"]) == (ImportRun.State.DONE, 1)

    monkeypatch.setattr(undoing._Undo, "take_back", take_back)
    runs.start_undo(run, actor=run.actor)
    run.refresh_from_db()
    run = work(run)

    assert run.state == ImportRun.State.UNDONE
    assert (run.job.counts["removed"], run.job.done_count, run.job.total_count) == (3, 3, 3)


def test_what_went_wrong_is_forgotten_when_the_import_goes_on(begun, work, monkeypatch):
    with monkeypatch.context() as failing:
        failing.setattr(working, "store", lambda *args: 1 / 0)
        run_job(begun.job_id)
    run = settled(begun)
    assert run.problem

    runs.start_import(run, actor=run.actor)

    assert work(ImportRun.objects.get()).problem == ""


def test_a_file_that_takes_long_to_open_is_not_taken_for_a_dead_worker(bring, work, monkeypatch):
    run = bring("A,B,a@example.org,")
    open_table = reading.open_table

    def open_slowly(*args, **kwargs):
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            recover_jobs()
        return open_table(*args, **kwargs)

    monkeypatch.setattr(reading, "open_table", open_slowly)
    runs.read_again(run, runs.TableOptions(), actor=run.actor)

    assert work(ImportRun.objects.get()).job.status == Job.Status.DONE
