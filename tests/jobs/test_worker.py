"""Real worker processes: killed, asked to end, two at once, and the command that starts web and worker."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection

from backoffice.jobs.health import worker_is_running
from backoffice.jobs.models import Job, WorkerHeartbeat
from tests.jobs.toys import written

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """The test database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


@pytest.fixture
def start(tmp_path):
    """Start a management command beside the test; whatever still runs is killed at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
        "JOB_LEASE_SECONDS": "1",
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }
    started = []

    def start(*command) -> subprocess.Popen:
        arguments = [sys.executable, "manage.py", *command]
        started.append(subprocess.Popen(arguments, cwd=settings.BASE_DIR, env=environment))  # noqa: S603
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def wait_for(condition, seconds=25):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def fresh(job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.mark.slow
def test_workers_killed_at_random_moments_leave_what_an_undisturbed_run_leaves(start, make_job):
    job = make_job(rows=3000, pause=0.004)
    moments = random.Random(7)
    for attempt in range(5):
        worker = start("worker")
        wait_for(lambda claims=attempt: fresh(job).attempts > claims)
        time.sleep(moments.uniform(0, 0.3))
        worker.kill()
        worker.wait()
    assert fresh(job).status == "running"  # nobody has told the row

    start("worker")
    wait_for(lambda: fresh(job).is_finished)

    assert (fresh(job).status, fresh(job).attempts) == ("done", 6)
    assert written(job.organisation) == list(range(3000))
    assert fresh(job).counts == {"new": 3000}


def test_a_worker_that_is_asked_to_end_finishes_its_chunk_and_signs_off(start, make_job):
    job = make_job(rows=100_000)
    worker = start("worker")
    wait_for(lambda: fresh(job).done_count)
    wait_for(worker_is_running)

    worker.terminate()

    assert worker.wait(timeout=20) == 0
    assert fresh(job).status == "queued" and fresh(job).cursor == fresh(job).done_count > 0
    assert written(job.organisation) == list(range(fresh(job).done_count))
    assert not WorkerHeartbeat.objects.exists()


def test_a_second_signal_does_not_wait_for_the_chunk(start, make_job):
    job = make_job(rows=10, pause=60)
    worker = start("worker")
    wait_for(lambda: fresh(job).status == "running")

    while worker.poll() is None:
        worker.send_signal(signal.SIGINT)
        time.sleep(0.1)

    assert worker.returncode == 1
    assert (fresh(job).status, written(job.organisation)) == ("running", [])


def test_an_idle_worker_ends_when_it_is_asked(start):
    worker = start("worker")
    wait_for(WorkerHeartbeat.objects.exists)

    worker.terminate()

    assert worker.wait(timeout=20) == 0


@pytest.mark.postgresql
def test_two_workers_share_the_work_without_doing_it_twice(start, make_job):
    jobs = [make_job(rows=200, pause=0.01) for _ in range(4)]
    start("worker")
    start("worker")

    wait_for(lambda: WorkerHeartbeat.objects.count() == 2)
    wait_for(lambda: not Job.objects.active().exists())

    assert {fresh(job).status for job in jobs} == {"done"}
    assert written(jobs[0].organisation) == sorted(list(range(200)) * 4)


@pytest.mark.slow
@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_web_and_worker_in_good_order(start, make_job, wish):
    job = make_job(rows=100_000)
    port = free_port()
    serve = start("serve", "--port", str(port))
    wait_for(lambda: fresh(job).done_count and is_open(port))

    serve.send_signal(wish)

    assert serve.wait(timeout=30) == 0
    assert not is_open(port) and not WorkerHeartbeat.objects.exists()
    assert fresh(job).status == "queued"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setenv("JOB_SILENT_SECONDS", "1")


@pytest.mark.slow
def test_a_job_that_holds_the_interpreter_ends_its_worker_and_is_refused_in_the_end(
    impatient, start, make_job
):
    stuck, other = make_job("toy.stuck"), make_job(rows=30)
    Job.objects.filter(pk=stuck.pk).update(stalled_attempts=2)

    first = start("worker")
    assert first.wait(timeout=25) == 1
    assert fresh(stuck).status == "running"

    start("worker")
    wait_for(lambda: fresh(stuck).status == "failed" and fresh(other).status == "done")
    assert "several times" in fresh(stuck).error
