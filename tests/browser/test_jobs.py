"""Jobs in the browser: figures move by themselves, the end is seen, cancelling is one press."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.jobs.models import Job, WorkerHeartbeat
from backoffice.jobs.running import claim
from backoffice.jobs.services import enqueue
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def handle(house, settings):
    """A job in the hands of a worker: 1,400 of 2,295 rows after a minute."""
    settings.ROOT_URLCONF = "tests.browser.job_page"
    settings.JOB_LEASE_SECONDS = 600
    settings.JOB_HANDLERS = {"toy.nothing": "tests.jobs.toys.do_nothing"}
    WorkerHeartbeat.objects.create(worker_id="here", seen_at=timezone.now() + timedelta(hours=1))
    job = enqueue(
        kind="toy.nothing",
        organisation=house.organisation,
        actor=house.manager,
        title="customers-of-the-old-till-2026-11-with-a-long-name.csv",
    )
    handle = claim(job.pk)
    handle.advance(done=1_400, total=2_295)
    Job.objects.filter(pk=job.pk).update(claimed_at=timezone.now() - timedelta(minutes=1))
    return handle


def address(handle) -> str:
    return f"/job/{handle.job.pk}/"


def finish(handle) -> None:
    handle.let_go(status=Job.Status.DONE, finished_at=timezone.now())


def test_figures_move_and_the_end_is_seen_without_a_press(open_as, house, handle):
    page = open_as(house.manager, address(handle))
    expect(page.get_by_text("1,400 of 2,295 rows")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "61")
    page.get_by_role("button", name="Cancel").focus()

    handle.advance(done=1_800)

    expect(page.get_by_text("1,800 of 2,295 rows")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "78")
    expect(page.get_by_role("status").filter(has_text="running, 78%")).to_have_count(1)
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()

    finish(handle)

    expect(page.get_by_text("Finished in")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_one_press_cancels(open_as, house, handle):
    page = open_as(house.manager, address(handle))

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("is being cancelled", exact=True)).to_be_visible()
    assert Job.objects.get().cancel_requested


def test_a_lost_connection_is_no_news_each_second(open_as, house, handle, faults):
    page = open_as(house.manager, address(handle))
    with page.expect_event("requestfailed"):
        page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        pass  # the next try

    expect(page.locator(".toast")).to_have_count(0)
    page.context.set_offline(False)
    handle.advance(done=1_900)
    expect(page.get_by_text("1,900 of 2,295 rows")).to_be_visible()
    faults.clear()  # htmx writes each try that failed to the console


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in(open_as, house, handle):
    page = open_as(house.manager, address(handle))

    page.context.clear_cookies()

    page.wait_for_url("**/login/**")


def test_the_list_follows_by_itself_until_all_is_done(open_as, house, handle):
    page = open_as(house.manager, "/jobs/")
    expect(page.get_by_text("1,400 of 2,295 rows")).to_be_visible()

    finish(handle)

    expect(page.get_by_text("Finished in")).to_be_visible()
    expect(page.locator("[data-poll]")).to_have_count(0)


def test_without_script_a_link_looks_again(browser, open_as, house, handle):
    page = open_as(house.manager, address(handle))
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(page.url)
    handle.advance(done=2_000)

    plain.get_by_role("link", name="Look again").click()

    expect(plain.get_by_text("2,000 of 2,295 rows")).to_be_visible()
    context.close()


def test_pages_of_jobs_are_accessible(open_as, house, handle, axe):  # noqa: F811
    page = open_as(house.manager, "/jobs/")
    assert axe() == []
    page.goto(page.url.replace("/jobs/", address(handle)))
    assert axe() == []
    WorkerHeartbeat.objects.all().delete()
    Job.objects.update(status="queued", leased_until=None)
    page.goto(page.url)
    expect(page.get_by_text("No background worker runs")).to_be_visible()
    assert axe() == []


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", ["de", "es"])
def test_pages_of_jobs_fit_a_phone(open_as, house, handle, width, language):
    house.manager.language = language
    house.manager.save()
    page = open_as(house.manager, "/jobs/")
    page.set_viewport_size({"width": width, "height": 844})

    for path in ["/jobs/", address(handle)]:
        page.goto("/".join(page.url.split("/", 3)[:3]) + path)
        assert_fits(page)
