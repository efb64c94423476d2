"""The page of running and past jobs, one job's progress, and cancelling it."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from backoffice.core.text.formats import formats_for
from backoffice.jobs.kinds import kind_label, labelled
from backoffice.jobs.models import Job
from backoffice.jobs.progress import Progress, duration_text
from backoffice.jobs.running import claim
from backoffice.jobs.services import run_job
from backoffice.jobs.views import PER_PAGE
from tests.factories import make_job as store_job
from tests.jobs.conftest import let_lapse

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECONDS = timedelta(seconds=1)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def running_job(make_job):
    """2,295 rows, 1,400 of them done in 60 seconds by this worker."""
    job = make_job()
    claim(job.pk).advance(done=1_400, total=2_295)
    Job.objects.filter(pk=job.pk).update(claimed_at=timezone.now() - 60 * SECONDS)
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def read(organisation):
    """What a reader sees of a job as it is stored now."""

    def read(job) -> Progress:
        return Progress(Job.objects.get(pk=job.pk), formats_for(organisation))

    return read


def poll(client, job, said="", **extra):
    return client.get(reverse("jobs:progress", args=[job.pk]), {"said": said}, headers=HTMX, **extra)


# ---- Words and figures ----------------------------------------------------------------------------


def test_a_running_job_says_rows_time_left_and_speed(running_job, read):
    progress = read(running_job)

    assert (progress.percent, progress.percent_text) == (61, "61%")
    assert progress.rows == "1,400 of 2,295 rows"
    assert progress.sentence == "about 40 seconds left"
    assert progress.speed == "23 rows per second"


def test_speed_is_that_of_this_worker_alone(running_job, read):
    Job.objects.filter(pk=running_job.pk).update(claimed_count=1_340)

    assert read(running_job).speed == "1 row per second"


def test_without_a_measure_there_is_no_guess(running_job, read):
    Job.objects.filter(pk=running_job.pk).update(claimed_at=timezone.now(), total_count=None)

    progress = read(running_job)

    assert (progress.percent, progress.percent_text, progress.speed) == (None, "", "")
    assert (progress.rows, progress.sentence) == ("1,400 rows", "It has begun.")


@pytest.mark.parametrize(("done", "percent"), [(0, 0), (1_999, 99), (2_000, 100), (2_001, 100)])
def test_only_what_is_complete_is_100_percent(make_job, read, done, percent):
    job = make_job()
    claim(job.pk).advance(done=done, total=2_000)

    assert read(job).percent == percent


def test_each_state_has_its_words(make_job, read, running_job):
    waiting, paused, lapsed, done = make_job(), make_job(), make_job(), make_job(rows=3)
    Job.objects.filter(pk=paused.pk).update(started_at=timezone.now(), done_count=5)
    claim(lapsed.pk)
    let_lapse(lapsed)
    run_job(done.pk)
    failed = make_job("toy.fault", how="sentence")
    run_job(failed.pk)
    Job.objects.filter(pk=running_job.pk).update(cancel_requested=True)

    shown = [(read(job).word, read(job).sentence) for job in (waiting, paused, lapsed, running_job, failed)]

    assert shown == [
        ("waiting", "It begins by itself."),
        ("paused", "It continues by itself."),
        ("interrupted", "It continues by itself where it stopped."),
        ("is being cancelled", "What is done until now stays."),
        ("failed", "The file is empty."),
    ]
    assert read(done).word == "done" and read(done).sentence.startswith("Finished in ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second"),
        (7.4, "7 seconds"),
        (43, "40 seconds"),
        (99, "100 seconds"),
        (101, "2 minutes"),
        (3_000, "50 minutes"),
        (9_000, "2.5 hours"),
    ],
)
def test_durations_are_as_exact_as_people_need(organisation, seconds, text):
    assert duration_text(seconds, formats_for(organisation)) == text


def test_figures_follow_the_language(running_job, read):
    with translation.override("de"):
        assert read(running_job).percent_text == "61\u00a0%"
        assert read(running_job).rows.startswith("1.400 ")


def test_a_kind_is_called_by_its_label(settings):
    @labelled("Import of customers")
    def handler(running):
        """Do nothing."""

    assert handler.label == "Import of customers"
    assert kind_label("toy.rows") == "toy.rows" and kind_label("toy.gone") == "toy.gone"


# ---- Progress -------------------------------------------------------------------------------------


def test_the_component_says_how_far_and_asks_every_second(running_job, read, rf, manager):
    context = {
        "progress": read(running_job),
        "perms": {"jobs": {"cancel_job": True}},
        "request": rf.get("/x/"),
    }

    page = render_to_string("components/progress.html", context)

    assert 'value="61" max="100"' in page and "1,400 of 2,295 rows" in page
    assert f"/jobs/{running_job.pk}/progress/?said=running-0-50" in page and 'hx-trigger="every 1s"' in page
    assert f'action="/jobs/{running_job.pk}/cancel/"' in page
    assert re.search(r'<noscript>\s*<a class="btn btn-sm"\s+href="/x/">', page)


def test_a_finished_job_asks_no_more_and_offers_no_cancel(make_job, read, rf):
    job = make_job(rows=3)
    run_job(job.pk)
    context = {"progress": read(job), "perms": {"jobs": {"cancel_job": True}}, "request": rf.get("/x/")}

    page = render_to_string("components/progress.html", context)

    assert "hx-get" not in page and "<form" not in page and "<progress" not in page
    assert "3 rows" in page


def test_figures_are_read_aloud_at_milestones_only(client, manager, running_job):
    client.force_login(manager)

    assert "hx-swap-oob" not in text_of(poll(client, running_job, said="running-0-50"))
    assert "running, 61%</p>" in text_of(poll(client, running_job, said="running-0-25"))


def test_at_the_end_the_page_is_loaded_anew(client, manager, make_job):
    job = make_job(rows=3)
    run_job(job.pk)
    client.force_login(manager)

    response = poll(client, job)

    assert (response.status_code, response["HX-Refresh"], response.content) == (286, "true", b"")


def test_asking_costs_the_same_few_queries(client, manager, running_job, django_assert_num_queries):
    client.force_login(manager)
    poll(client, running_job)

    with django_assert_num_queries(3):  # session, person, job
        poll(client, running_job)


def test_a_waiting_job_says_when_nobody_works(client, manager, make_job):
    client.force_login(manager)

    assert "No background worker runs" in text_of(poll(client, make_job()))


def test_a_waiting_job_is_content_with_a_worker(client, manager, make_job, alive_worker):
    client.force_login(manager)

    assert "No background worker runs" not in text_of(poll(client, make_job()))


def test_without_script_the_figures_lead_to_the_page_of_the_job(client, manager, organisation):
    client.force_login(manager)
    job = store_job(organisation, url="/customers/")

    assert client.get(reverse("jobs:progress", args=[job.pk]))["Location"] == "/customers/"


# ---- List -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_jobs(
    client, manager, organisation, count, django_assert_num_queries
):
    jobs = [store_job(organisation, actor=manager) for _ in range(count)]
    client.force_login(manager)
    client.get(reverse("jobs:list"))

    with django_assert_num_queries(5):  # session, person, places of the frame, jobs, worker
        response = client.get(reverse("jobs:list"))

    assert {row.job.pk for row in response.context["rows"]} == {job.pk for job in jobs}


def test_the_list_says_who_what_and_how_far(client, manager, running_job, alive_worker):
    Job.objects.filter(pk=running_job.pk).update(url="/customers/")
    client.force_login(manager)

    page = text_of(client.get(reverse("jobs:list")))

    assert "guests.csv" in page and "Mara Manager" in page and "1,400 of 2,295 rows" in page
    assert 'href="/customers/">guests.csv</a>' in page
    assert 'hx-trigger="every 2s"' in page and "No background worker runs" not in page


def test_a_list_of_past_jobs_asks_no_more(client, manager, make_job):
    run_job(make_job(rows=3).pk)
    client.force_login(manager)

    assert "data-poll" not in text_of(client.get(reverse("jobs:list")))


def test_htmx_gets_the_region_alone(client, manager):
    client.force_login(manager)

    response = client.get(reverse("jobs:list"), headers=HTMX)

    assert response["Vary"].count("HX-Request") == 1 and "<h1>" not in text_of(response)
    assert "No job yet" in text_of(response) and "No background worker runs" in text_of(response)


def test_older_jobs_follow_page_by_page(client, manager, organisation):
    now = timezone.now()
    jobs = [store_job(organisation, created_at=now - number * SECONDS) for number in range(PER_PAGE + 2)]
    client.force_login(manager)

    first = client.get(reverse("jobs:list"))
    second = client.get(reverse("jobs:list"), {"after": first.context["older"]})

    seen = [row.job.pk for page in (first, second) for row in page.context["rows"]]
    assert seen == [job.pk for job in jobs]
    assert second.context["older"] == "" and "Newest" in text_of(second)


def test_a_place_that_does_not_exist_begins_at_the_newest(client, manager, organisation):
    job = store_job(organisation)
    client.force_login(manager)

    response = client.get(reverse("jobs:list"), {"after": "nonsense"})

    assert [row.job for row in response.context["rows"]] == [job]


# ---- Cancel ---------------------------------------------------------------------------------------


def test_cancelling_says_what_stays(client, manager, running_job):
    client.force_login(manager)

    response = client.post(
        reverse("jobs:cancel", args=[running_job.pk]), {"next": reverse("jobs:list")}, follow=True
    )

    assert "It is being cancelled." in text_of(response)
    assert Job.objects.get(pk=running_job.pk).cancel_requested


def test_cancelling_what_is_over_says_so(client, manager, make_job):
    job = make_job(rows=3)
    run_job(job.pk)
    client.force_login(manager)

    response = client.post(reverse("jobs:cancel", args=[job.pk]), follow=True)

    assert "It was finished already." in text_of(response)
    assert Job.objects.get(pk=job.pk).status == "done"
