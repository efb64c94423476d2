"""Imports in the hands of real workers: killed at random moments, and several at once."""

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from backoffice.imports import runs
from backoffice.jobs.models import Job
from backoffice.jobs.running import claim
from backoffice.jobs.services import recover_jobs, run_job
from backoffice.staff.models import Role
from customers.importing import jobs as working
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from customers.invariants import broken_invariants
from customers.models import Customer, ImportRun
from loyalty.models import PointsEntry
from tests.customers.importing.states import state_of
from tests.factories import make_customer, make_location, make_organisation, make_user
from tests.jobs.test_worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 4_000
KILLS = {"read": 2, "check": 2, "run": 6}
HEAD = "first_name,last_name,email,phone,tags,marketing_communications,opening_points,joined,company"
CONSENT = {"origin": "Newsletter 2024", "given_on": "2024-05-01", "wording": "Ja, ich will."}


@pytest.fixture
def start_worker(tmp_path, settings):
    """Start a worker beside the test; whatever still runs is killed at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }
    started = []

    def start_worker(lease_seconds=1) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "worker"]
        own = environment | {"JOB_LEASE_SECONDS": str(lease_seconds)}
        started.append(subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=own))  # noqa: S603
        return started[-1]

    yield start_worker
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def house():
    """An organisation that knows some of the customers, and its manager."""
    organisation = make_organisation()
    make_location(organisation)
    for number in range(0, 300, 3):
        make_customer(
            organisation,
            first_name="G",
            last_name=f"n{number}",
            email=f"g{number}@example.org",
            phone="" if number % 2 else f"+4917139{number:05d}",
            joined_at=datetime(2018, 6, 1, 12, tzinfo=UTC),
        )
    return organisation, make_user(organisation, Role.MANAGER)


def line(number: int) -> str:
    """Customers of every fate: new, known, twice in the file (also far apart), refused, with the phone of
    themselves and of somebody else.
    """
    person, email, phone, points, company = number, f"g{number}@example.org", "", "", "Löwe"
    if number % 50 == 7:
        person, email = number // 2, f"G{number // 2}@example.org"
    if number % 90 == 11:
        email = "nope"
    if number % 400 == 13 and number > 600:
        person, phone = 6, f"+4917139{6:05d}"  # that of a known customer whose e-mail is another
    if number % 700 == 5 and number > 300:
        phone = f"+4917139{12:05d}"  # that of a known customer with another name
    if number % 4 == 0:
        points = str(number)
    consent = ("yes", "no", "", "unknown")[number % 4]
    tags = f'"Stammgast, T{number % 5}"' if number % 3 else ""
    joined = f"20{10 + number % 10}-0{1 + number % 9}-15"
    return f"G,n{person},{email},{phone},{tags},{consent},{points},{joined},{company}"


CONTENT = "\r\n".join([HEAD, *map(line, range(ROWS))]).encode()


def upload(organisation, manager) -> ImportRun:
    return customer_runs.start_upload(
        organisation=organisation, actor=manager, name="guests.csv", size=len(CONTENT), chunks=[CONTENT]
    )


def looked_at(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_related("job", "organisation", "actor").get(pk=run.pk)


def next_step(run: ImportRun) -> ImportRun:
    """What a person does next: have it checked with the consents' origin, or taken in."""
    run = looked_at(run)
    if run.state == ImportRun.State.UPLOADED:
        customer_runs.start_check(
            run, CustomerMapping.from_json(run.mapping | {"consent": CONSENT}), actor=run.actor
        )
    else:
        runs.start_import(run, actor=run.actor)
    return run


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def job_of(run: ImportRun) -> Job:
    return ImportRun.objects.select_related("job").get(pk=run.pk).job


def survive_kills(run: ImportRun, kills: int, start_worker, chance: random.Random) -> int:
    """Kill a worker after each of some random rows of the job that waits; return how often it was alive."""
    hit = 0
    for done in sorted(chance.randrange(ROWS * 3 // 4) for _ in range(kills)):
        worker, claims = start_worker(), job_of(run).attempts
        wait_for(lambda claims=claims: job_of(run).attempts > claims)
        wait_for(lambda done=done: job_of(run).done_count >= done or job_of(run).is_finished)
        time.sleep(chance.uniform(0, 0.15))
        hit += not job_of(run).is_finished
        worker.kill()
        worker.wait()
        if job_of(run).is_finished:
            return hit
    worker = start_worker()
    wait_for(lambda: job_of(run).is_finished)
    worker.kill()
    worker.wait()
    return hit


@pytest.mark.slow
def test_an_import_killed_at_ten_moments_ends_like_an_undisturbed_one(start_worker):
    calm = upload(*house())
    for _step in KILLS:
        run_job(job_of(calm).pk)
        calm = next_step(calm) if job_of(calm).kind != "customers.run_import" else calm
    hunted, chance, hit = upload(*house()), random.Random(11), 0
    for step, kills in KILLS.items():
        hit += survive_kills(hunted, kills, start_worker, chance)
        hunted = next_step(hunted) if step != "run" else hunted

    assert hit >= 6  # a job that was over before its last moments is not hunted
    assert len(expect_alike(calm, hunted, state="done")["guests"]) > ROWS * 0.9

    for run in (calm, hunted):
        runs.start_undo(looked_at(run), actor=run.actor)
    run_job(job_of(calm).pk)
    survive_kills(hunted, 2, start_worker, chance)
    assert len(expect_alike(calm, hunted, state="undone")["guests"]) == 100


def expect_alike(calm: ImportRun, hunted: ImportRun, *, state: str) -> dict:
    """Compare what two imports left behind; returns it."""
    expected, found = state_of(calm.organisation), state_of(hunted.organisation)
    assert expected["runs"][0][0] == state
    for name in expected:
        assert found[name] == expected[name], name
    assert list(broken_invariants(hunted.organisation)) == []
    return expected


def die_behind_the_last_row(run: ImportRun, handler) -> None:
    """Do all of a job but its end, as a worker that is killed then; then let another one come."""
    handler(claim(job_of(run).pk))
    Job.objects.filter(pk=job_of(run).pk).update(leased_until=timezone.now())
    recover_jobs()
    run_job(job_of(run).pk)
    assert job_of(run).status == Job.Status.DONE


@pytest.mark.slow
def test_a_worker_killed_behind_the_last_row_leaves_one_line_in_the_log():
    run = upload(*house())
    for _ in range(2):
        run_job(job_of(run).pk)
        run = next_step(run)

    die_behind_the_last_row(run, working.run_import)
    runs.start_undo(looked_at(run), actor=run.actor)
    die_behind_the_last_row(run, working.undo_import)

    assert state_of(run.organisation)["log"] == ["customers.import_undone", "customers.imported"]
    assert ImportRun.objects.get().state == ImportRun.State.UNDONE


@pytest.mark.postgresql
def test_three_workers_share_imports_and_store_each_row_once(start_worker):
    many = [upload(*house()) for _ in range(4)]
    for _ in range(3):
        start_worker(lease_seconds=30)  # a busy machine is no dead worker
    for step in KILLS:
        wait_for(lambda: not Job.objects.active().exists(), seconds=90)
        assert set(Job.objects.values_list("status", "error")) == {("done", "")}
        if step != "run":
            many = [next_step(run) for run in many]

    states = [state_of(run.organisation) for run in many]
    assert {state["runs"][0][0] for state in states} == {"done"}
    for state in states[1:]:
        for name in state:
            assert state[name] == states[0][name], name
    for run in many:
        customers = Customer.objects.of(run.organisation)
        assert customers.count() == customers.values("email_key").distinct().count()
        points = PointsEntry.objects.filter(customer__organisation=run.organisation)
        assert points.count() == points.values("customer").distinct().count() > 0
        assert list(broken_invariants(run.organisation)) == []
