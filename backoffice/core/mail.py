"""Mail leaves through the task worker: a slow or dead mail server changes no page time."""

import base64
import time
from datetime import timedelta
from smtplib import SMTPConnectError, SMTPException, SMTPServerDisconnected

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks import task

MAIL_ATTEMPTS = 8
AWAY = timedelta(minutes=1)  # a server that did not answer is left alone so long
logger = structlog.get_logger(__name__)


class ServerAway:
    """What this process knows of a mail server that does not answer; `until` is by the monotonic clock."""

    def __init__(self):
        self.until = 0.0

    def note(self, error: Exception) -> None:
        """A refusal is an answer; a timeout or a closed connection is none."""
        is_refusal = isinstance(error, SMTPException) and not isinstance(
            error, SMTPServerDisconnected | SMTPConnectError
        )
        if isinstance(error, OSError) and not is_refusal:
            self.until = time.monotonic() + AWAY.total_seconds()


server_away = ServerAway()


class QueuedEmailBackend(BaseEmailBackend):
    """Stores each message as a task of its own: one refused recipient holds up no other.

    It is stored in the running transaction, so a rolled back change sends nothing.
    """

    def send_messages(self, email_messages):
        for message in email_messages:
            raw = base64.b64encode(message.message().as_bytes(linesep="\r\n")).decode()
            deliver.enqueue(raw, message.from_email, message.recipients(), 1)
        return len(email_messages)


@task()
def deliver(raw: str, sender: str, recipients: list[str], attempt: int) -> None:
    """Send one stored message; after a failure try again later, up to `MAIL_ATTEMPTS` times.

    The waits double from one minute to about an hour, two hours in all. The last failure is
    raised, so that the task ends as failed and can be seen. While the server is known to be away nothing
    is tried: a hundred messages would wait for it one after the other.
    """
    if time.monotonic() < server_away.until:
        deliver.using(run_after=timezone.now() + AWAY).enqueue(raw, sender, recipients, attempt)
        return
    try:
        _send(raw, sender, recipients)
    except Exception as error:
        server_away.note(error)
        logger.warning("mail_not_sent", attempt=attempt, reason=type(error).__name__)
        if attempt >= MAIL_ATTEMPTS:
            raise
        wait = timedelta(minutes=2 ** (attempt - 1))
        with transaction.atomic():
            deliver.using(run_after=timezone.now() + wait).enqueue(raw, sender, recipients, attempt + 1)


def _send(raw: str, sender: str, recipients: list[str]) -> None:
    connection = get_connection(settings.DELIVERY_EMAIL_BACKEND)
    connection.send_messages([StoredMessage(base64.b64decode(raw), sender, recipients)])


class StoredMessage:
    """The part of EmailMessage that delivery backends use, around finished bytes."""

    encoding = "utf-8"

    def __init__(self, raw: bytes, sender: str, recipients: list[str]):
        self.raw, self.from_email, self.to = raw, sender, recipients

    def recipients(self):
        return self.to

    def message(self):
        return self

    def as_bytes(self, linesep="\r\n"):
        return self.raw.replace(b"\r\n", linesep.encode())

    def get_charset(self):
        return None
