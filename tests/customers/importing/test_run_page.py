"""Step 4 in the browser's eyes: progress, result, stopping and continuing, the way back, the list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.imports import runs
from backoffice.jobs.models import Job
from backoffice.jobs.running import claim
from backoffice.jobs.services import request_cancel, run_job
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportEffect, ImportRun
from tests.customers.conftest import names
from tests.customers.importing.pages import result, state_of, text_of
from tests.factories import make_customer, make_import


@pytest.fixture
def running(bring, check):
    """An import in the hands of a worker: 400 of 1,200 rows."""
    run = check(bring(*(f"G,n{number},g{number}@example.org," for number in range(1_200)), "No,Mail,nope,"))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    counts = {"rows": 400, "created": 390, "completed": 7, "refused": 3}
    claim(run.job_id).advance(done=400, total=1_201, counts=counts)
    return ImportRun.objects.get(pk=run.pk)


@pytest.fixture
def stopped(bring, check):
    """An import that was cancelled before its first row."""
    run = check(bring("A,B,a@example.org,", "C,D,nope,"))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    runs.cancel(run, actor=run.actor)
    return ImportRun.objects.get(pk=run.pk)


# ---- While a worker is at it ----------------------------------------------------------------------


def test_a_file_that_is_being_read_shows_progress_at_the_first_step(organisation, location, manager, visit):
    run = customer_runs.start_upload(
        organisation=organisation, actor=manager, name="g.csv", size=5, chunks=[b"email"]
    )

    response = visit(run)

    assert response.context["step"] == 1
    assert "The file is read" in text_of(response)
    assert "data-poll" in text_of(response)


def test_rows_that_are_being_checked_show_progress_at_the_third_step(bring, visit, work):
    run = bring("A,B,a@example.org,")
    customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)

    response = visit(run)
    assert response.context["step"] == 3
    assert "The rows are checked" in text_of(response)

    run.refresh_from_db()
    work(run)
    assert visit(run)["Location"] == f"/customers/import/{run.pk}/check/"


def test_a_check_that_fails_says_why_where_it_leads(bring, visit, sign_in, manager):
    run = bring("A,B,a@example.org,")
    finished = {"status": "failed", "finished_at": timezone.now(), "error": "The disk is full."}
    Job.objects.filter(pk=run.job_id).update(**finished)

    response = visit(run)

    assert "columns" in response["Location"]
    assert "The disk is full." in text_of(sign_in(manager).get(response["Location"]))


def test_an_import_that_runs_says_what_is_known(running, visit):
    page = text_of(visit(running))

    assert "Customers are imported" in page
    assert "400 of 1,201 rows" in page
    assert "390 new, 7 completed" in page
    assert "none in this file" in page
    assert "1 row skipped" in page
    assert "Can be undone for 30 days" in page
    assert "Stop …" in page


def test_htmx_asks_for_the_stages_alone_until_the_end(running, visit, take_in):
    page = text_of(visit(running, htmx=True))
    assert page.startswith('<ol class="timeline" id="import-stages" data-poll')
    assert "<h1" not in page

    request_cancel(running.job, actor=None)
    Job.objects.filter(pk=running.job_id).update(leased_until=timezone.now() - timedelta(seconds=1))
    run_job(running.job_id)

    response = visit(running, htmx=True)
    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_page_and_part_are_kept_apart(running, visit):
    assert "HX-Request" in visit(running)["Vary"]


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(bring, visit, press, work):
    run = bring(head="%PDF-1.7 nothing of use")

    page = text_of(visit(run))

    assert visit(run).context["step"] == 1
    assert "PDF" in page
    assert "Another file" in page
    assert press(run, "again")["Location"] == f"/customers/import/{run.pk}/"
    run.refresh_from_db()
    assert run.job.is_active


def test_reading_that_was_cancelled_can_begin_again(organisation, location, manager, visit, press, work):
    run = customer_runs.start_upload(
        organisation=organisation, actor=manager, name="g.csv", size=9, chunks=[b"email\na@example.org"]
    )
    request_cancel(run.job, actor=manager)

    assert "Reading was cancelled" in text_of(visit(run))
    press(run, "again")
    run.refresh_from_db()
    assert work(run).profile["rows"] == 1
    assert press(run, "again").status_code == 302
    assert Job.objects.filter(kind="customers.read_import").count() == 2


# ---- The end --------------------------------------------------------------------------------------


def test_the_result_shows_what_came_of_it(imported, visit):
    run = imported("A,B,a@example.org,", "C,D,c@example.org,", "A,B,A@example.org,", "E,F,nope,")

    response = visit(run)

    assert result(response) == {
        "New": "2",
        "Completed": "0",
        "Unchanged": "0",
        "Skipped": "1",
        "Twice in the file": "1",
    }
    page = text_of(response)
    assert "The customers are in" in page
    assert f'href="/customers/?import={run.pk}"' in page
    assert f"/customers/import/{run.pk}/refused.csv" in page
    assert "Undo import …" in page


def test_the_result_leads_to_whom_it_brought_or_changed(imported, visit, sign_in, manager, organisation):
    make_customer(organisation, first_name="Known", last_name="", email="k@example.org", phone="")
    make_customer(organisation, first_name="Other", last_name="", source="import")
    imported("Earlier,,e@example.org,")
    run = imported("A,B,a@example.org,", "Known,Now,k@example.org,", "E,F,nope,")

    url = visit(run).context["view"].result_url

    assert sorted(names(sign_in(manager).get(url))) == ["A B", "Known Now"]


def test_an_import_that_nobody_knows_the_customers_of_leads_to_all(imported, visit):
    run = imported("A,B,a@example.org,")
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=40))
    customer_runs.clear_old_imports()

    run.refresh_from_db()
    assert visit(run).context["view"].result_url == "/customers/"


def test_an_import_that_was_stopped_can_go_on(stopped, visit, press, work):
    page = text_of(visit(stopped))
    assert "The import was stopped" in page
    assert "0 of 2 rows are done" in page
    assert "Continue the import" in page
    assert "1 row skipped" in page  # of the check: the file has it already

    assert press(stopped, "continue")["Location"] == f"/customers/import/{stopped.pk}/"
    assert press(stopped, "continue").status_code == 302  # the second press of two

    stopped.refresh_from_db()
    assert work(stopped).state == ImportRun.State.DONE
    assert Customer.objects.count() == 1
    assert Job.objects.filter(kind="customers.run_import").count() == 2


def test_only_a_checked_import_starts(stopped, visit, press):
    visit(stopped)

    press(stopped, "start")

    assert Job.objects.filter(kind="customers.run_import").count() == 1


def test_an_import_of_the_command_line_that_was_stopped_shows_what_is_in(organisation, visit):
    counts = {"rows": 500, "created": 499, "refused": 1}
    run = make_import(
        organisation, state="stopped", finished_at=timezone.now(), counts=counts, profile={}, mapping={}
    )

    page = text_of(visit(run))

    assert "500 rows. What is in stays in." in page
    assert "Continue the import" not in page
    assert "Undo import" in page
    assert "the system" in page


def test_an_import_that_failed_says_why(stopped, visit):
    Job.objects.filter(pk=stopped.job_id).update(status="failed", error="The disk is full.")

    assert "The disk is full." in text_of(visit(stopped))


def test_a_finished_import_does_not_start_again(imported, press):
    run = imported("A,B,a@example.org,")

    for name in ("start", "continue", "cancel", "again"):
        assert press(run, name)["Location"] == f"/customers/import/{run.pk}/"
    assert state_of(run) == ImportRun.State.DONE


def test_an_import_outlives_its_job(imported, visit):
    run = imported("A,B,a@example.org,")
    Job.objects.all().delete()

    assert "The customers are in" in text_of(visit(run))


# ---- Stopping and undoing -------------------------------------------------------------------------


def test_stopping_asks_and_says_what_stays(running, visit, press):
    for htmx in (True, False):
        page = text_of(visit(running, "cancel", htmx=htmx))
        assert "Customers who are in stay in." in page
        assert ('id="dialog"' in page) == htmx
        assert page.index("Go on importing") < page.index("Stop import</button>")
    assert not Job.objects.get(pk=running.job_id).cancel_requested

    press(running, "cancel")

    assert Job.objects.get(pk=running.job_id).cancel_requested


def test_undoing_asks_names_the_file_and_takes_back(imported, visit, press, work):
    run = imported("A,B,a@example.org,", "C,D,c@example.org,")
    for htmx in (True, False):
        page = text_of(visit(run, "undo", htmx=htmx))
        assert "“guests.csv” is taken back as a whole" in page
        assert page.index("Keep the import") < page.index("Undo import</button>")
    assert Customer.objects.count() == 2

    first, second = press(run, "undo"), press(run, "undo")

    assert first["Location"] == second["Location"] == f"/customers/import/{run.pk}/"
    assert Job.objects.filter(kind="customers.undo_import").count() == 1
    run.refresh_from_db()
    assert "The import is being undone" in text_of(visit(run))
    work(run)
    page = visit(run)
    assert result(page)["Removed"] == "2"
    assert "The import is undone" in text_of(page)
    assert Customer.objects.count() == 0


def test_after_30_days_there_is_no_way_back(imported, visit, press):
    run = imported("A,B,a@example.org,")
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=31))

    assert "Undo import" not in text_of(visit(run))
    assert visit(run, "undo").status_code == press(run, "undo").status_code == 302
    assert not Job.objects.filter(kind="customers.undo_import").exists()


@pytest.mark.parametrize("state", ["done", "stopped"])
def test_an_undo_that_was_cancelled_says_so_and_can_be_repeated(imported, visit, press, work, state):
    run = imported("A,B,a@example.org,")
    ImportRun.objects.update(state=state)
    runs.start_undo(run, actor=run.actor)
    run.refresh_from_db()
    request_cancel(run.job, actor=run.actor)

    page = text_of(visit(run))

    assert "The undo has not come to its end" in page
    assert "Nothing is taken back yet." in page
    assert "Continue the import" not in page
    press(run, "undo")
    run.refresh_from_db()
    assert work(run).state == ImportRun.State.UNDONE
    assert not ImportEffect.objects.exists()


def test_only_an_administrator_starts_an_import_that_takes_consents(press, bring, check, sign_in, admin):
    consent = {"origin": "Old till", "given_on": "2026-05-01", "wording": ""}
    run = check(bring("A,B,a@example.org,"), consent=consent, subscribe_all=True)

    press(run, "start")
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED

    sign_in(admin).post(reverse("customers:import-start", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.RUNNING
