"""Mail in the hands of real worker processes, one of which is killed while it sends."""

import asyncio
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage
from django.utils import timezone

from backoffice.jobs.models import Job, PeriodicRun, WorkerHeartbeat
from tests.jobs.test_worker import free_port, start, wait_for  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


class SlowServer:
    """Takes `seconds` until it says that it has a message; the first may take longer."""

    def __init__(self, first_seconds: float):
        self.seconds, self.messages = first_seconds, []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content))
        pause, self.seconds = self.seconds, 0
        await asyncio.sleep(pause)
        return "250 OK"


@pytest.fixture
def serve_mail(monkeypatch, settings):
    """Play the mail server for the workers that a test starts."""
    settings.EMAIL_BACKEND = "backoffice.core.mail.QueuedEmailBackend"
    port, started = free_port(), []
    monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("EMAIL_PORT", str(port))

    def serve_mail(first_seconds: float) -> SlowServer:
        server = SlowServer(first_seconds)
        started.append(Controller(server, hostname="127.0.0.1", port=port))
        started[-1].start()
        return server

    yield serve_mail
    for controller in started:
        controller.stop()


@pytest.fixture(autouse=True)
def _nothing_else_is_due(settings):
    for name in settings.PERIODIC_TASKS:
        PeriodicRun.objects.create(name=name, due_at=timezone.now() + timedelta(hours=1))


def send() -> None:
    EmailMessage("S", "text", "a@example.org", ["b@example.org"]).send()


@pytest.mark.slow
def test_a_mail_of_a_killed_worker_is_sent_again_with_the_same_message_id(serve_mail, start):  # noqa: F811
    server = serve_mail(first_seconds=60)
    send()
    worker = start("worker")
    wait_for(lambda: server.messages)
    worker.kill()
    worker.wait()

    start("worker")
    wait_for(lambda: Job.objects.get().is_finished)

    assert (Job.objects.get().status, Job.objects.get().attempts) == ("done", 2)
    assert len(server.messages) == 2
    assert len({message["Message-ID"] for message in server.messages}) == 1


@pytest.mark.slow
def test_a_mail_that_takes_longer_than_its_lease_is_sent_once(serve_mail, start):  # noqa: F811
    server = serve_mail(first_seconds=4)  # the lease is two seconds
    send()
    start("worker")
    start("worker")
    wait_for(lambda: WorkerHeartbeat.objects.count() == 2)

    wait_for(lambda: Job.objects.get().is_finished)

    assert (Job.objects.get().status, Job.objects.get().attempts) == ("done", 1)
    assert len(server.messages) == 1


def test_a_mail_server_that_hangs_holds_up_no_import(serve_mail, start, make_job):  # noqa: F811
    serve_mail(30)
    send()
    worker = start("worker")
    wait_for(lambda: Job.objects.filter(organisation=None, status="running").exists())
    job = make_job(rows=30)
    wait_for(lambda: Job.objects.get(pk=job.pk).status == "done", seconds=6)
    assert Job.objects.filter(organisation=None, status="running").exists()
    worker.kill()
