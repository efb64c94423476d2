"""Steps 3 and 4 in the browser: faults put right in their place, the import started, stopped, taken back."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.imports import runs
from backoffice.jobs.models import Job, WorkerHeartbeat
from backoffice.jobs.running import claim
from backoffice.jobs.services import run_job
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportCorrection, ImportRun
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401
from tests.factories import make_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = [
    "first_name,last_name,email,phone,birthday",
    "Lotte,Lavendel,lotte@example,,",
    "Bruno,Basilikum,bruno@example.org,+49 69 90,31.02.1990",
    "Ida,Ingwer,ida@example.org,,",
    "Conny,Flikt,mia@example.org,0171 3920013,",
]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.JOB_LEASE_SECONDS = 600


def work(run) -> ImportRun:
    """Do the job of an import as a worker would, beside the browser's own loop."""

    def do():
        run_job(ImportRun.objects.get(pk=run.pk).job_id)
        connections.close_all()

    worker = threading.Thread(target=do)
    worker.start()
    worker.join()
    return ImportRun.objects.select_related("organisation", "actor", "job").get(pk=run.pk)


@pytest.fixture
def checked(house) -> ImportRun:
    """ROWS as the check found them: two faulty ones, one good, one that fits two customers."""
    WorkerHeartbeat.objects.create(worker_id="here", seen_at=timezone.now() + timedelta(hours=1))
    make_customer(house.organisation, first_name="Mia", last_name="Mail", phone="", email="mia@example.org")
    make_customer(house.organisation, first_name="Pia", last_name="Phone", phone="+491713920013", email="")
    content = "\r\n".join(ROWS).encode()
    run = customer_runs.start_upload(
        organisation=house.organisation,
        actor=house.manager,
        name="guests.csv",
        size=len(content),
        chunks=[content],
    )
    run = work(run)
    customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=house.manager)
    return work(run)


def address(run, part="") -> str:
    return f"/customers/import/{run.pk}/{part}"


def tile(page, label):
    return page.locator(".tile", has_text=label).locator(".tile-value")


def test_a_corrected_cell_is_checked_at_once_and_the_figures_follow(open_as, house, checked):
    page = open_as(house.manager, address(checked, "check/"))
    expect(tile(page, "With fault")).to_have_text("3")
    expect(page.get_by_role("button", name="Import 1 customer")).to_be_visible()

    email = page.get_by_label("E-mail, line 2")
    email.fill("lotte@example.org")
    email.press("Tab")

    row = page.get_by_role("row", name="Lotte")
    expect(row.get_by_text("Corrected")).to_be_visible()
    expect(tile(page, "With fault")).to_have_text("2")
    expect(tile(page, "Will be created")).to_have_text("2")
    expect(page.get_by_role("link", name="Faults 2")).to_be_visible()
    expect(page.locator("#check-sum")).to_have_text("2 of 4 rows are imported")
    expect(page.get_by_role("button", name="Import 2 customers")).to_be_visible()


def test_enter_corrects_once_and_goes_on_to_the_next_fault(open_as, house, checked):
    page = open_as(house.manager, address(checked, "check/"))
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

    email = page.get_by_label("E-mail, line 2")
    email.fill("lotte@example.org")
    email.press("Enter")

    expect(page.get_by_role("row", name="Lotte").get_by_text("Corrected")).to_be_visible()
    expect(page.get_by_label("Primary phone, line 3")).to_be_focused()
    assert len(posts) == 1
    page.keyboard.press("Control+a")
    page.keyboard.type("069 1234567")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Primary phone, line 3")).to_have_count(0)
    expect(page.get_by_label("Birthday, line 3")).to_be_visible()
    expect(page.locator("#row-3").get_by_text("It is left out.")).to_be_visible()


def test_a_conflict_is_decided_with_one_press_and_can_be_opened_again(open_as, house, checked):
    page = open_as(house.manager, address(checked, "check/"))
    row = page.locator("#row-5")

    row.get_by_role("button", name="To Pia Phone (phone number)").click()

    expect(row.get_by_text("Belongs to the customer with this phone number.")).to_be_visible()
    expect(tile(page, "With fault")).to_have_text("2")
    row.get_by_role("button", name="Decide again").click()
    expect(row.get_by_role("button", name="Skip this row")).to_be_visible()
    expect(tile(page, "With fault")).to_have_text("3")


def test_from_the_check_to_the_result_and_back(open_as, house, checked):
    before = Customer.objects.count()
    page = open_as(house.manager, address(checked, "check/"))

    page.get_by_role("button", name="Import 1 customer").click()
    expect(page.get_by_role("heading", name="Customers are imported")).to_be_visible()
    work(checked)

    expect(page.get_by_role("heading", name="The customers are in")).to_be_visible()
    assert Customer.objects.count() == before + 1
    page.get_by_role("link", name="Undo import …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("“guests.csv” is taken back as a whole:")).to_be_visible()
    expect(dialog.get_by_role("button", name="Keep the import")).to_be_focused()
    dialog.get_by_role("button", name="Undo import").click()
    expect(page.get_by_role("heading", name="The import is being undone")).to_be_visible()
    work(checked)
    expect(page.get_by_text("Removed")).to_be_visible()
    assert Customer.objects.count() == before


@pytest.fixture
def running(checked):
    """An import in the hands of a worker, with one of four rows done."""
    runs.start_import(checked, actor=checked.actor)
    job = ImportRun.objects.get(pk=checked.pk).job
    handle = claim(job.pk)
    handle.advance(done=1, total=4, counts={"rows": 1, "refused": 1})
    return handle


def test_figures_of_an_import_move_and_stopping_asks_first(open_as, house, checked, running):
    page = open_as(house.manager, address(checked))
    expect(page.get_by_text("0 new, 0 completed")).to_be_visible()

    running.advance(done=3, total=4, counts={"rows": 3, "created": 2, "refused": 1})

    expect(page.get_by_text("2 new, 0 completed")).to_be_visible()
    expect(page.get_by_text("3 of 4 rows")).to_be_visible()
    page.get_by_role("link", name="Stop …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Go on importing")).to_be_focused()
    dialog.get_by_role("button", name="Stop import").click()
    expect(page.get_by_text("is being cancelled", exact=True)).to_be_visible()
    running.let_go(status=Job.Status.CANCELLED, finished_at=timezone.now())
    expect(page.get_by_role("heading", name="The import was stopped")).to_be_visible()
    expect(page.get_by_text("3 of 4 rows are done")).to_be_visible()


def test_without_script_rows_are_checked_and_the_import_begins(browser, open_as, house, checked):
    page = open_as(house.manager, address(checked, "check/"))
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(page.url)

    plain.get_by_label("E-mail, line 2").fill("lotte@example.org")
    plain.get_by_role("button", name="Check line 2").click()
    expect(plain.get_by_role("row", name="Lotte").get_by_text("Corrected")).to_be_visible()
    plain.get_by_role("button", name="To Mia Mail (e-mail)").click()
    expect(plain.get_by_text("Belongs to the customer with this e-mail.")).to_be_visible()
    assert ImportCorrection.objects.count() == 2
    plain.get_by_role("button", name="Import 3 customers").click()
    expect(plain.get_by_role("heading", name="Customers are imported")).to_be_visible()
    plain.get_by_role("link", name="Stop …").click()
    expect(plain.get_by_role("heading", name="Stop the import?")).to_be_visible()
    plain.get_by_role("button", name="Stop import").click()
    expect(plain.get_by_role("heading", name="The import was stopped")).to_be_visible()
    context.close()


PARTS = ["check/", "check/?tab=all", "check/?tab=hints"]


def test_the_pages_of_the_check_are_accessible(open_as, house, checked, axe):  # noqa: F811
    page = open_as(house.manager, address(checked, "check/"))
    found = {}
    base = page.url.split("/customers/")[0]
    for part in PARTS:
        page.goto(base + address(checked, part))
        found[part] = axe()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(base + address(checked, "check/"))
    found["phone"] = axe()

    assert {part: serious for part, serious in found.items() if serious} == {}


def test_the_pages_of_the_run_are_accessible(open_as, house, checked, running, axe):  # noqa: F811
    page = open_as(house.manager, address(checked))
    found = {"running": axe()}
    page.get_by_role("link", name="Stop …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["dialog"] = axe()
    base = page.url.split("/customers/")[0]
    page.goto("about:blank")  # otherwise the page goes to the result by itself meanwhile
    running.let_go(status=Job.Status.DONE, finished_at=timezone.now())
    for part in (address(checked), address(checked, "undo/"), "/customers/import/runs/"):
        page.goto(base + part)
        found[part] = axe()

    assert {part: serious for part, serious in found.items() if serious} == {}


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", ["de", "es"])
def test_the_pages_fit_a_phone(open_as, house, checked, running, width, language):
    house.manager.language = language
    house.manager.save()
    ImportRun.objects.filter(pk=checked.pk).update(filename=f"{'list-of-customers-' * 12}.csv")
    page = open_as(house.manager, address(checked))
    page.set_viewport_size({"width": width, "height": 844})
    base = page.url.split("/customers/")[0]

    def fits(path):
        page.goto(base + path)
        assert_fits(page)

    fits(address(checked))
    fits("/customers/import/runs/")
    page.goto("about:blank")
    running.let_go(status=Job.Status.DONE, finished_at=timezone.now())
    fits(address(checked))
    fits(address(checked, "undo/"))
    ImportRun.objects.filter(pk=checked.pk).update(state=ImportRun.State.CHECKED)
    fits(address(checked, "check/"))
    fits(address(checked, "check/?tab=all"))
