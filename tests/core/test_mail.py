"""Mail goes through the task worker to a real SMTP server, one by one, again when it fails."""

import base64
import json
import socket
import time
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from backoffice.core import mail
from backoffice.core.mail import MAIL_ATTEMPTS
from backoffice.jobs.backend import arguments_of
from backoffice.jobs.models import Job
from backoffice.jobs.running import claim_next
from backoffice.jobs.services import recover_jobs
from backoffice.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbox:
    """Keeps what arrives; refuses recipients that begin with `refused`."""

    def __init__(self):
        self.messages = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(envelope)
        return "250 OK"


@pytest.fixture(autouse=True)
def _server_is_not_known_to_be_away(monkeypatch):
    monkeypatch.setattr(mail, "server_away", mail.ServerAway())


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "backoffice.core.mail.QueuedEmailBackend"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mailbox = Mailbox()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    controller = Controller(mailbox, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield mailbox
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def work():
    worker = Worker()
    while worker.run_next():
        pass


def test_a_message_waits_for_the_worker_and_arrives_whole(mailbox):
    mail = EmailMultiAlternatives(
        "Grüße aus Köln", "Schöne Grüße 🍽", "Küche <a@example.org>", ["b@example.org"]
    )
    mail.attach_alternative("<p>Schöne Grüße</p>", "text/html")
    mail.send()
    assert mailbox.messages == []

    work()

    envelope = mailbox.messages[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("a@example.org", ["b@example.org"])
    assert b"multipart/alternative" in envelope.content


def test_what_waits_lies_in_the_table_sealed(mailbox, settings):
    EmailMessage("Subject", "a link", "a@example.org", ["b@example.org"]).send()
    row = json.dumps(Job.objects.values_list("params", flat=True).get())
    assert "example" not in row
    assert base64.b64encode(b"a link")[:7].decode() not in row

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    work()
    assert [envelope.rcpt_tos for envelope in mailbox.messages] == [["b@example.org"]]


def test_what_is_over_keeps_nothing_of_the_letter(mailbox, settings):
    settings.JOB_MAX_STALLED_ATTEMPTS = 0
    for address in ("b@example.org", "refused@example.org"):
        EmailMessage("S", "text", "a@example.org", [address]).send()
    work()
    EmailMessage("S", "text", "a@example.org", ["c@example.org"]).send()
    claim_next()
    Job.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(hours=1))
    recover_jobs()

    over = Job.objects.filter(finished_at__isnull=False).values_list("status", "params")
    assert sorted(over) == [("done", {}), ("done", {}), ("failed", {})]


def test_hidden_recipients_are_not_in_the_message(mailbox):
    EmailMessage("S", "text", "a@example.org", ["b@example.org"], bcc=["secret@example.org"]).send()

    work()

    assert mailbox.messages[0].rcpt_tos == ["b@example.org", "secret@example.org"]
    assert b"secret" not in mailbox.messages[0].content


def test_one_refused_recipient_holds_up_no_other(mailbox):
    for address in ("refused@example.org", "welcome@example.org"):
        EmailMessage("S", "text", "a@example.org", [address]).send()

    work()

    assert [envelope.rcpt_tos for envelope in mailbox.messages] == [["welcome@example.org"]]


def test_a_failed_message_is_tried_again_later(mailbox):
    EmailMessage("S", "text", "a@example.org", ["refused@example.org"]).send()

    work()

    waiting = Job.objects.get(status="queued")
    assert arguments_of(waiting)["args"][-1] == 2
    assert timedelta(seconds=30) < waiting.due_at - timezone.now() <= timedelta(minutes=1)


def test_after_the_last_attempt_the_task_has_failed(mailbox):
    EmailMessage("S", "text", "a@example.org", ["refused@example.org"]).send()

    for _attempt in range(MAIL_ATTEMPTS):
        Job.objects.filter(status="queued").update(due_at=timezone.now() - timedelta(1))
        work()

    assert not Job.objects.filter(status="queued").exists()
    assert Job.objects.filter(status="failed").count() == 1


def test_a_dead_server_changes_no_page_time_and_loses_nothing(mailbox, settings, client, make_known_user):
    settings.EMAIL_PORT = 9  # nobody listens
    user = make_known_user()

    response = client.post("/password/reset/", {"email": user.email})

    assert response.status_code == 302
    assert Job.objects.filter(status="queued").count() == 1


def test_a_rolled_back_change_sends_nothing(mailbox):
    with transaction.atomic():
        EmailMessage("S", "text", "a@example.org", ["b@example.org"]).send()
        transaction.set_rollback(True)

    work()

    assert mailbox.messages == []


def test_one_silence_of_the_server_postpones_the_others(settings, mailbox):
    """A server that takes the connection and says nothing: one message waits for it, not each of twenty."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.5
        for number in range(20):
            EmailMessage(f"S{number}", "text", "a@example.org", ["b@example.org"]).send()
        start = time.monotonic()
        work()
        assert time.monotonic() - start < 5

    waiting = Job.objects.filter(status="queued")
    assert waiting.count() == 20
    assert all(job.due_at > timezone.now() + timedelta(seconds=40) for job in waiting)
    # only the one that was tried has used up an attempt
    assert sorted(arguments_of(job)["args"][3] for job in waiting) == [1] * 19 + [2]


def test_a_refused_recipient_is_no_silence(mailbox):
    EmailMessage("S", "text", "a@example.org", ["refused@example.org"]).send()
    EmailMessage("S", "text", "a@example.org", ["b@example.org"]).send()
    work()
    assert [message.rcpt_tos for message in mailbox.messages] == [["b@example.org"]]


def test_mail_waits_five_seconds_for_its_server(settings):
    assert settings.EMAIL_TIMEOUT == 5
