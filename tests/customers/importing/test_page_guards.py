"""Pages of an import against old tabs, people with fewer rights, and files that are gone."""

import pytest
from django.urls import reverse

from backoffice.imports import runs
from backoffice.imports.staging import KEYS, ROWS, UPLOAD, Staging
from backoffice.jobs.models import Job
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.models import ConsentEntry, Customer, ImportCorrection, ImportRun
from tests.customers.importing.pages import HTMX, text_of

MOVED = "The import has moved on meanwhile."
GONE = "The file of this import is no longer here."
HEAD = "first_name,last_name,email,marketing_communications"
CONSENT = {"origin": "Old till", "given_on": "2026-05-01", "wording": ""}


@pytest.fixture
def post(sign_in, manager):
    client = sign_in(manager)

    def post(run, name, *args, htmx=False, **data):
        url = reverse(f"customers:import-{name}", args=[run.pk, *args])
        return client.post(url, data, headers=HTMX if htmx else {})

    return post


@pytest.fixture
def lose():
    """Delete a file of an import, or all of them."""

    def lose(run, name):
        staging = Staging(run.key)
        (staging.folder / name).unlink() if name else staging.remove()

    return lose


# ---- Old tabs -------------------------------------------------------------------------------------


def test_an_old_page_starts_nothing_that_was_mapped_anew_meanwhile(bring, check, post, visit_check):
    run = check(bring("A,B,a@example.org,"))
    seen = run.job_id
    assert f'name="job" value="{seen}"' in text_of(visit_check(run))
    check(run, on_existing="overwrite")

    answer = post(run, "start", job=seen)

    assert answer["Location"] == f"/customers/import/{run.pk}/check/"
    assert MOVED in text_of(visit_check(run))
    assert not Job.objects.filter(kind="customers.run_import").exists()
    assert post(run, "start", job=ImportRun.objects.get().job_id)["Location"].endswith(f"/{run.pk}/")
    assert Job.objects.filter(kind="customers.run_import").exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_an_old_page_corrects_no_cell_of_a_file_that_was_read_anew(bring, check, post, htmx):
    run = check(bring("A,B,nope,"))
    seen = run.job_id
    check(run)

    answer = post(run, "row", 2, htmx=htmx, job=seen, c2="a@example.org")

    assert answer["HX-Redirect" if htmx else "Location"] == f"/customers/import/{run.pk}/check/"
    assert not ImportCorrection.objects.exists()


@pytest.mark.parametrize("name", ["columns", "read", "discard"])
def test_an_old_page_of_the_columns_changes_nothing(bring, work, post, manager, name):
    run = bring("A,B,a@example.org,")
    seen = run.job_id
    runs.read_again(run, runs.TableOptions(header_line=0), actor=manager)
    work(ImportRun.objects.get())
    before = ImportRun.objects.values().get()

    answer = post(run, name, job=seen, **{"field_0": "email", "on_existing": "complete", "country": "DE"})

    assert answer["Location"] == f"/customers/import/{run.pk}/columns/"
    assert ImportRun.objects.values().get() == before


def test_each_form_says_which_state_of_the_import_it_shows(bring, check, visit, visit_check):
    run = bring("A,B,nope,")
    page = text_of(visit(run, "columns"))
    assert page.count(f'name="job" value="{run.job_id}"') == 3  # discard, read, columns

    run = check(run)
    assert (
        text_of(visit_check(run)).count(f'name="job" value="{run.job_id}"') == 3
    )  # row, start, leave a column out


def test_what_somebody_looked_at_before_another_press_is_not_started(bring, check, manager):
    run = check(bring("A,B,a@example.org,"))
    check(ImportRun.objects.get())

    with pytest.raises(runs.NotPossible):
        runs.start_import(run, actor=manager)


def test_a_dialog_of_an_import_that_has_ended_gives_way_to_its_page(imported, visit):
    run = imported("A,B,a@example.org,")

    assert visit(run, "cancel", htmx=True)["HX-Redirect"] == f"/customers/import/{run.pk}/"


# ---- Rights ---------------------------------------------------------------------------------------


def test_who_may_not_grant_turns_no_answer_into_a_consent(bring, check, post, sign_in, admin, work):
    run = bring("A,B,nope,no", "C,D,c@example.org,vielleicht", head=HEAD)
    run = check(run, consent=CONSENT)

    for htmx in (True, False):
        answer = post(run, "row", 2, htmx=htmx, c2="a@example.org", c3="yes")
        assert answer["HX-Redirect" if htmx else "Location"] == f"/customers/import/{run.pk}/check/"
    post(run, "row", 2, c2="a@example.org", c3="no")

    assert ImportCorrection.objects.get().cells["marketing_communications"] == "no"
    client = sign_in(admin)
    client.post(reverse("customers:import-row", args=[run.pk, 3]), {"c3": "yes"})
    client.post(reverse("customers:import-start", args=[run.pk]))
    run = work(ImportRun.objects.get())
    assert Customer.objects.count() == 2
    assert ConsentEntry.objects.get().customer.email == "c@example.org"


def test_where_no_consent_is_taken_everybody_may_correct_the_column(bring, check, post):
    run = check(bring("A,B,a@example.org,vielleicht", head=HEAD))

    post(run, "row", 2, c3="no")

    assert ImportRun.objects.get().checked["refused"] == 0


# ---- Files that are gone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "lost"),
    [
        *(("read", UPLOAD), ("read", ""), ("check", ROWS), ("check", "")),
        *(("run", ROWS), ("run", KEYS), ("run", "")),
    ],
)
def test_a_job_whose_file_is_gone_says_so(bring, check, work, visit, lose, step, lost):
    run = bring("A,B,nope,", "C,D,c@example.org,")
    run = check(run) if step == "run" else run
    lose(run, lost)

    if step == "read":
        runs.read_again(run, runs.TableOptions(), actor=run.actor)
    elif step == "check":
        customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)
    else:
        runs.start_import(run, actor=run.actor)
    run = work(ImportRun.objects.get())

    assert GONE in run.job.error
    assert GONE in text_of(visit(run, "columns" if step == "check" else "run"))
    assert not Customer.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("lost", [KEYS, ""])
def test_a_correction_for_a_file_that_is_gone_says_so(
    bring, check, post, visit_check, lose, sign_in, lost, htmx
):
    run = check(bring("A,B,nope,"))
    lose(run, lost)

    answer = post(run, "row", 2, htmx=htmx, c2="a@example.org")

    assert answer["HX-Redirect" if htmx else "Location"] == f"/customers/import/{run.pk}/check/"
    assert GONE in text_of(visit_check(run))
    assert not ImportCorrection.objects.exists()


@pytest.mark.parametrize(
    "query", ["?tab=all", "?tab=all&page=9", "?page=abc", "?tab=&page=-1", "?tab=x&page=²"]
)
def test_the_check_page_stays_usable_without_its_file(bring, check, sign_in, manager, query):
    run = check(bring("A,B,nope,"))
    Staging(run.key).remove()
    client = sign_in(manager)

    page = client.get(reverse("customers:import-check", args=[run.pk]) + query, follow=True)

    assert page.status_code == 200
    assert (GONE in text_of(page)) == ("all" in query)
