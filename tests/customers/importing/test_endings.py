"""Imports that end otherwise than at their last row."""

import pytest

from backoffice.audit.models import AuditEntry
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from customers.models import Customer, ImportRun
from customers.services.importing import runs, undoing, working
from customers.services.importing.staging import Staging
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


def test_a_run_without_a_job_does_not_run_for_ever(organisation):
    run = make_import(organisation, state=ImportRun.State.RUNNING)

    assert settled(run).state == ImportRun.State.STOPPED
    assert ImportRun.objects.get(pk=run.pk).finished_at is not None


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
