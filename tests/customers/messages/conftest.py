"""A real SMTP server that behaves as a test says, and messages on their way to it."""

import asyncio
import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from backoffice.core import mail
from backoffice.jobs.worker import Worker
from customers.choices import ConsentMethod, MessageKind, Purpose
from customers.consent import grant_consent
from customers.messages import sending
from customers.messages.writing import save_draft, start_message
from customers.models import Message, MessageRecipient
from tests.core.test_mail import free_port
from tests.factories import make_customer

BODY = "Guten Tag {Vorname} {Nachname},\n\nneu: Wild und Maronen."


class Post:
    """Keeps what arrives. `answers` are those to RCPT by the address's first letters, `at_data` to mails."""

    def __init__(self):
        self.mails, self.tried = [], []
        self.answers: dict[str, str] = {}
        self.at_data: list[str] = []
        self.pause = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tried.append(address)
        answer = self.answers.get(re.match(r"[a-z]+", address)[0])
        if answer == "drop":
            server.transport.abort()
            return None
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        if self.at_data:
            return self.at_data.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return sorted(mail["To"] for mail in self.mails)


@pytest.fixture(autouse=True)
def _server_is_not_known_to_be_away(monkeypatch):
    for module in (mail, sending):
        monkeypatch.setattr(module, "server_away", mail.ServerAway())


@pytest.fixture
def post(settings):
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_BACKEND = "backoffice.core.mail.QueuedEmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 1
    settings.DEFAULT_FROM_EMAIL = "Stammgast <post@lindenhof.example>"
    settings.BASE_URL = "https://lindenhof.example"
    post = Post()
    controller = Controller(post, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield post
    controller.stop()


def agree(customer, purpose=Purpose.MARKETING):
    method = ConsentMethod.PAPER
    return grant_consent(customer, purpose, method=method, occurred_at=timezone.now(), actor=None)


def make_reader(organisation, name="reader", **fields):
    """A customer who agreed to advertising."""
    fields = {"first_name": name.title(), "last_name": "Leser", "email": f"{name}@example.org"} | fields
    customer = make_customer(organisation, **fields)
    agree(customer)
    return customer


def make_draft(organisation, *, kind=MessageKind.PROMOTIONAL, audience="", body=BODY, actor=None, **texts):
    texts = texts or {"de": {"subject": "Wild ist da", "body": body}}
    key = Message().key
    return save_draft(organisation, key=key, kind=kind, audience=audience, texts=texts, actor=actor)


def start(organisation, **fields):
    return start_message(make_draft(organisation, **fields), actor=None)


def work():
    worker = Worker()
    while worker.run_next():
        pass


def states(message) -> dict[str, str]:
    """State and reason of each recipient, by the first word of the e-mail."""
    rows = MessageRecipient.objects.filter(message=message).select_related("customer")
    return {row.customer.email.partition("@")[0]: f"{row.state} {row.reason}".strip() for row in rows}


def all_due_again(message):
    MessageRecipient.objects.filter(message=message, state="waiting").update(due_at=timezone.now())
    Message.objects.filter(pk=message.pk).update(rests_until=None)
