"""F21: choosing and freezing the recipients of a message, and handing its mails over to a mail server."""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction

from customers.messages import sending
from customers.messages.audience import customers_of, freeze
from customers.messages.eligibility import Rule, reached_by
from customers.messages.letters import Addressee, letter
from customers.messages.senders import sender_of
from customers.messages.writing import save_draft, start_message
from customers.models import Message, MessageRecipient
from tests.bench.report import Row
from tests.bench.timing import in_turn

MAILS = 500
_TEXTS = {"de": {"subject": "{first_name}, Wild ist da", "body": "Guten Tag {first_name},\n\nneu: Wild."}}
_BARE = """SELECT id, email FROM customers_customer
    WHERE organisation_id = %s AND is_active AND marketing_consent AND email <> '' ORDER BY id"""
_BARE_INSERT = """INSERT INTO customers_messagerecipient (message_id, customer_id, state, reason, said,
    attempts, due_at, address, language, filled)
    SELECT %s, id, 'waiting', '', '', 0, %s, '', '', '{}' FROM customers_customer
    WHERE organisation_id = %s AND is_active AND marketing_consent AND email <> '' ORDER BY id"""
_SERVER = """
import sys
from aiosmtpd.controller import Controller
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
sys.stdin.read()
controller.stop()
"""


class Mails:
    """Messages to many of the bench's customers; `peers` whether stock Django sends as well."""

    def __init__(self, organisation, runs: int, peers: bool):
        self.organisation, self.runs, self.peers = organisation, runs, peers

    def choosing(self) -> Iterator[Row]:
        count = reached_by(customers_of(self.organisation, ""), Rule.PROMOTIONAL).count()
        own, bare = in_turn(self._choose, self._choose_bare, runs=self.runs)
        note = f"{count:,} of them"
        yield Row("F21", "recipients chosen", own, bare.median, "bare query", 2.0, note=note)
        own, bare = in_turn(self._freeze, self._freeze_bare, runs=self.runs)
        yield Row("F21", "and written into the outbox", own, bare.median, "bare insert", 2.0, note=note)

    def _choose(self) -> None:
        reached = reached_by(customers_of(self.organisation, ""), Rule.PROMOTIONAL)
        list(reached.order_by("pk").values_list("pk", "email"))

    def _choose_bare(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [self.organisation.pk])
            cursor.fetchall()

    def _freeze(self) -> float:
        def write(message):
            freeze(
                message,
                reached_by(customers_of(self.organisation, ""), Rule.PROMOTIONAL),
                at=message.created_at,
            )

        return self._rolled_back(write)

    def _freeze_bare(self) -> float:
        def write(message):
            at = connection.ops.adapt_datetimefield_value(message.created_at)
            with connection.cursor() as cursor:
                cursor.execute(_BARE_INSERT, [message.pk, at, self.organisation.pk])

        return self._rolled_back(write)

    def _rolled_back(self, write: Callable[[Message], None]) -> float:
        with transaction.atomic():
            message = self._draft()
            started = time.perf_counter()
            write(message)
            seconds = time.perf_counter() - started
            transaction.set_rollback(True)
        return seconds

    def _draft(self) -> Message:
        fields = {"key": uuid4(), "kind": "promotional", "audience": "", "texts": _TEXTS, "actor": None}
        return save_draft(self.organisation, **fields)

    def handing_over(self) -> Iterator[Row]:
        with _mail_server():
            actions = [self._send, self._send_bare, *([self._send_stock] if self.peers else [])]
            own, bare, *peer = in_turn(*actions, runs=self.runs)
        yield Row(
            goal="F21",
            what=f"{MAILS} mails to a mail server",
            own=own,
            limit=bare.median,
            limit_name="smtplib, one connection",
            allowed=0.8,
            peer=peer[0] if peer else None,
            peer_name="send_mail()",
            peer_wanted=3 if peer else None,
            unit="mails/s",
            is_rate=True,
        )

    def _send(self) -> float:
        message = start_message(self._draft(), actor=None)
        keep = message.recipients.order_by("pk").values_list("pk", flat=True)[:MAILS]
        message.recipients.exclude(pk__in=list(keep)).delete()
        count = message.recipients.count()
        started = time.perf_counter()
        sending.send_due(message, time.monotonic() + 600)
        seconds = time.perf_counter() - started
        if MessageRecipient.objects.filter(message=message, state="sent").count() != count:
            raise RuntimeError("not all was sent")
        message.delete()
        return count / seconds

    def _letters(self) -> list[tuple[str, bytes]]:
        sender, message = sender_of(self.organisation), self._draft()
        chosen = reached_by(customers_of(self.organisation, ""), Rule.PROMOTIONAL)
        rows = chosen.order_by("pk").values_list("pk", "email", "email_key", "first_name")[:MAILS]
        letters = []
        for pk, email, key, name in rows:
            addressee = Addressee(pk, pk, email, key, "de")
            letters.append((email, letter(message, _TEXTS["de"], {"first_name": name}, addressee, sender)))
        message.delete()
        return letters

    def _send_bare(self) -> float:
        letters = self._letters()
        started = time.perf_counter()
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
            for address, raw in letters:
                server.sendmail("a@example.org", [address], raw)
        return len(letters) / (time.perf_counter() - started)

    def _send_stock(self) -> float:
        letters = self._letters()
        started = time.perf_counter()
        for address, raw in letters:
            send_mail("Wild ist da", raw.decode(), "a@example.org", [address])
        return len(letters) / (time.perf_counter() - started)


@contextmanager
def _mail_server() -> Iterator[None]:
    """A process of its own takes all mails and forgets them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(port)], stdin=subprocess.PIPE)
    backend = "django.core.mail.backends.smtp.EmailBackend"
    before = {name: getattr(settings, name) for name in ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_BACKEND")}
    before["DELIVERY_EMAIL_BACKEND"] = settings.DELIVERY_EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_BACKEND = settings.DELIVERY_EMAIL_BACKEND = backend
    try:
        _wait_for(port)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        server.stdin.close()
        server.wait(10)


def _wait_for(port: int) -> None:
    for _try in range(100):
        try:
            smtplib.SMTP("127.0.0.1", port).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the mail server does not answer")
