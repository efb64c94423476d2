"""Answers and bounces out of a real IMAP server."""

import os
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from customers.messages.filing import read_mailbox, sweep
from customers.messages.imap import try_mailbox
from customers.messages.mailbox import mailbox_of, save_mailbox
from customers.messages.tokens import message_id
from customers.models import ContactPoint, Mailbox, MessageRecipient, ReceivedMessage, Thread
from tests.customers.messages.conftest import make_reader, start, work
from tests.customers.messages.dovecot import PASSWORD, PROGRAM, MailServer
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def mail_server():
    if PROGRAM is None:
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail("dovecot is missing: apt install dovecot-imapd")
        pytest.skip("needs dovecot: apt install dovecot-imapd")
    # not below pytest's own folder: every other run that starts closes it to the server's people
    with TemporaryDirectory(prefix="stammgast-imap-", ignore_cleanup_errors=True) as folder:
        server = MailServer(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def inbox(mail_server, organisation, settings, monkeypatch):
    """A mailbox of its own, read once while it is empty; call it with the mails that arrive."""
    settings.OUTGOING_PRIVATE = True
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))
    user = uuid4().hex
    set_up(organisation, mail_server, user=user)
    read()

    def arrive(*mails):
        for mail in mails:
            mail_server.deliver(user, mail if isinstance(mail, bytes) else mail.as_bytes())
        read()

    arrive.user, arrive.server = user, mail_server
    return arrive


def set_up(organisation, server, password=PASSWORD, **changes):
    values = {"sender_name": "", "sender_address": "", "reply_to": "", "is_on": True, "folder": "INBOX"}
    values |= {"host": server.host, "port": server.port, "user": "someone"} | changes
    return save_mailbox(organisation, values, password=password, actor=None)


def read():
    for box in Mailbox.objects.all():
        read_mailbox.call(box.pk)


def letter(text="Gern, danke.", **headers):
    mail = EmailMessage()
    defaults = {
        "From": "Paula <paula@example.org>",
        "Subject": "Re: Ihr Tisch",
        "Message-ID": f"<{uuid4()}@x>",
    }
    for name, value in (defaults | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        mail[name] = value
    mail.set_content(text)
    return mail


def report(recipient, status="5.1.1", action="failed"):
    """As Postfix writes it (RFC 3464)."""
    ours = message_id(recipient.pk, "lindenhof.example")
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: post@lindenhof.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{uuid4()}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<refused@example.org>: no such person

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; refused@example.org
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

From: post@lindenhof.example
Message-ID: {ours}

--b--
""".encode()


def sent_to(organisation, **fields):
    reader = make_reader(organisation, "paula", **fields)
    start(organisation)
    now = timezone.now()
    rows = MessageRecipient.objects.filter(customer=reader)
    rows.update(state="sent", sent_at=now, ended_at=now, address=reader.email)
    return rows.get()


def test_an_answer_is_filed_with_whom_it_answers(inbox, organisation):
    row = sent_to(organisation)
    inbox(letter(From="another@example.net", In_Reply_To=message_id(row.pk, "x")))

    received = ReceivedMessage.objects.get()
    assert (received.customer_id, received.answers_id) == (row.customer_id, row.pk)
    assert received.body == "Gern, danke."
    thread = Thread.objects.get(customer=row.customer_id)
    assert thread.is_waiting and thread.preview == "Gern, danke."


def test_a_mail_of_a_known_address_is_filed_with_its_customer(inbox, organisation):
    customer = make_customer(organisation, email="paula@example.org")
    inbox(letter())
    assert ReceivedMessage.objects.get().customer == customer


def test_a_strangers_mail_and_one_of_a_shared_address_stay_where_they_are(inbox, organisation):
    shared = make_customer(organisation, email="paula@example.org")
    shared.contact_points.update(is_shared=True)
    inbox(letter(), letter(From="stranger@example.net"))
    assert not ReceivedMessage.objects.exists()


def test_nothing_in_the_mailbox_is_marked_and_nothing_is_filed_twice(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    mail = letter()
    inbox(mail, mail)
    Mailbox.objects.update(uid_validity=1)  # numbered anew: all is looked at again
    read()
    assert ReceivedMessage.objects.count() == 1
    assert inbox.server.unseen(inbox.user) == 2


def test_what_lay_in_the_mailbox_before_is_left(mail_server, organisation, settings, monkeypatch):
    settings.OUTGOING_PRIVATE = True
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))
    make_customer(organisation, email="paula@example.org")
    user = uuid4().hex
    mail_server.deliver(user, letter().as_bytes())
    set_up(organisation, mail_server, user=user)
    read()
    mail_server.deliver(user, letter("neu").as_bytes())
    read()
    assert [one.body for one in ReceivedMessage.objects.all()] == ["neu"]


def test_quoted_words_are_cut_and_html_is_read_as_text(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    html = EmailMessage()
    html["From"], html["Message-ID"] = "paula@example.org", "<html@x>"
    html.set_content("<style>p{}</style><p>Wir kommen<br>zu <b>viert</b></p>", subtype="html")
    quoted = "Ja, gern.\n\nAm 12.11.2026 um 10:00 schrieb Lindenhof <post@lindenhof.example>:\n> Alt"
    inbox(letter(quoted), html)
    assert [one.body for one in ReceivedMessage.objects.order_by("pk")] == [
        "Ja, gern.",
        "Wir kommen\nzu viert",
    ]


def test_an_automatic_answer_waits_for_nobody(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    inbox(letter("Bin im Urlaub", Auto_Submitted="auto-replied"))
    assert ReceivedMessage.objects.get().is_automatic
    assert not Thread.objects.get().is_waiting


def test_a_report_of_a_dead_address_suppresses_it(inbox, organisation):
    row = sent_to(organisation)
    inbox(report(row))

    row.refresh_from_db()
    assert (row.state, row.reason, row.said) == ("bounced", "unknown", "5.1.1")
    assert ContactPoint.objects.get(customer=row.customer_id, kind="email").bounced_at
    assert row.customer.marketing_consent
    assert Thread.objects.get(message=row.message).has_bounced
    assert not ReceivedMessage.objects.exists()


@pytest.mark.parametrize(
    ("status", "action", "state"), [("5.2.2", "failed", "bounced"), ("4.4.1", "delayed", "sent")]
)
def test_a_full_mailbox_or_a_delay_suppresses_nothing(inbox, organisation, status, action, state):
    row = sent_to(organisation)
    inbox(report(row, status, action))
    row.refresh_from_db()
    assert row.state == state
    assert ContactPoint.objects.get(customer=row.customer_id, kind="email").bounced_at is None


def test_nobody_suppresses_an_address_by_writing_a_report(inbox, organisation):
    row = sent_to(organisation)
    signature = message_id(row.pk, "x").split(".")[2].split("@")[0].encode()
    inbox(report(row).replace(signature, b"0" * 24))
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_report_of_another_organisation_changes_nothing(inbox, other_organisation):
    row = sent_to(other_organisation)
    inbox(report(row))
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_mail_that_nobody_can_read_holds_up_no_other(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    broken = b"From: \xff\xfe<\x00\nContent-Type: multipart/mixed\nSubject: =?x?q?=\n\n\xff"
    inbox(broken, b"\n", letter("Und doch"))
    assert ReceivedMessage.objects.get().body == "Und doch"


def test_a_mail_we_sent_is_answered_all_the_way(inbox, organisation, post):
    reader = make_reader(organisation, "paula")
    start(organisation)
    work()
    inbox(letter("Wunderbar", From="paula@elsewhere.example", In_Reply_To=post.mails[0]["Message-ID"]))
    assert ReceivedMessage.objects.get().customer == reader


@pytest.mark.parametrize(
    ("changes", "fault"),
    [({"password": "wrong"}, "login"), ({"folder": "Gibts nicht"}, "folder"), ({"port": 9}, "silent")],
)
def test_what_is_wrong_with_a_mailbox_is_said(inbox, organisation, changes, fault):
    set_up(organisation, inbox.server, **{"user": inbox.user} | changes)
    read()
    assert Mailbox.objects.get().fault == fault


def test_a_server_that_nobody_vouches_for_is_not_told_the_password(inbox, organisation, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert try_mailbox(mailbox_of(organisation)) == "unsafe"


def test_a_mailbox_leads_into_no_private_network(inbox, organisation, settings):
    settings.OUTGOING_PRIVATE = False
    assert try_mailbox(mailbox_of(organisation)) == "address"


def test_a_folder_may_have_a_name_with_spaces(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    imap = inbox.server.connect(inbox.user)
    imap.create('"Post der Kunden"')
    imap.logout()
    set_up(organisation, inbox.server, user=inbox.user, folder="Post der Kunden")
    read()
    inbox.server.deliver(inbox.user, letter().as_bytes(), '"Post der Kunden"')
    read()
    assert ReceivedMessage.objects.count() == 1


def test_each_mailbox_is_read_by_a_task_of_its_own(inbox, organisation):
    make_customer(organisation, email="paula@example.org")
    inbox.server.deliver(inbox.user, letter().as_bytes())
    sweep()
    work()
    assert ReceivedMessage.objects.count() == 1


def test_the_password_is_stored_sealed_and_never_shown(inbox, organisation, sign_in, admin):
    assert PASSWORD not in Mailbox.objects.get().sealed_password
    page = sign_in(admin).get(reverse("mailbox:settings")).content.decode()
    assert PASSWORD not in page
    assert not any(PASSWORD in str(entry.details) for entry in AuditEntry.objects.all())


def test_settings_are_saved_and_tested_from_the_page(inbox, organisation, sign_in, admin):
    client = sign_in(admin)
    fields = {"sender_name": "Löwe", "sender_address": "post@loewe.example", "is_on": "on", "folder": "INBOX"}
    fields |= {"host": inbox.server.host, "port": inbox.server.port, "user": inbox.user, "password": ""}
    client.post(reverse("mailbox:settings"), fields)
    box = Mailbox.objects.get()
    assert (box.sender_name, box.password) == ("Löwe", PASSWORD)
    page = client.post(reverse("mailbox:test"), follow=True).content.decode()
    assert "The mailbox can be read." in page


def test_a_mailbox_that_is_on_needs_all_of_its_settings(sign_in, admin):
    response = sign_in(admin).post(
        reverse("mailbox:settings"), {"is_on": "on", "port": 993, "folder": "INBOX"}
    )
    assert response.status_code == 200 and response.context["form"].errors.keys() == {
        "host",
        "user",
        "password",
    }
