"""The outbox against a real SMTP server: each mail once, whatever the server does."""

from datetime import timedelta
from smtplib import SMTPConnectError

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.core.mail import ServerAway
from customers.choices import LeftOut, MessageKind, Purpose
from customers.consent.ledger import withdraw_consent
from customers.messages import sending
from customers.messages.outlet import Verdict, answered, failure_of
from customers.messages.writing import (
    NobodyReached,
    NotReached,
    pause_message,
    resume_message,
    start_message,
    stop_message,
    write_to_customer,
)
from customers.models import ConsentEntry, ContactPoint, Message, MessageRecipient
from tests.customers.messages.conftest import (
    agree,
    all_due_again,
    make_draft,
    make_reader,
    start,
    states,
    work,
)
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_reaches_each_reader_with_their_own_words(post, organisation):
    make_reader(organisation, "anna")
    make_reader(organisation, "bert", language="es")
    texts = {
        "de": {"subject": "{Vorname}, Wild ist da", "body": "Guten Tag {Vorname}"},
        "es": {"subject": "{Nombre}, hay caza", "body": "Buenos días {First name}"},
    }
    message = start(organisation, **texts)
    assert post.mails == []

    work()

    assert states(message) == {"anna": "sent", "bert": "sent"}
    subjects = {mail["To"]: mail["Subject"] for mail in post.mails}
    assert subjects == {"anna@example.org": "Anna, Wild ist da", "bert@example.org": "Bert, hay caza"}
    message.refresh_from_db()
    assert message.state == "done"


def test_who_did_not_agree_gets_no_advertising(post, organisation):
    make_customer(organisation, email="never@example.org")
    withdrawn = make_reader(organisation, "withdrawn")
    withdraw_consent(withdrawn, Purpose.MARKETING, actor=None)
    make_reader(organisation, "inactive", is_active=False)
    make_reader(organisation, "shared").contact_points.filter(kind="email").update(is_shared=True)
    make_reader(organisation, "bounced").contact_points.filter(kind="email").update(bounced_at=timezone.now())
    no_contact = make_reader(organisation, "nocontact")
    withdraw_consent(no_contact, Purpose.CONTACT, actor=None)
    make_reader(organisation, "mute", email="")
    make_reader(organisation, "reader")

    message = start(organisation, audience="status=all")
    work()

    assert post.addresses == ["reader@example.org"]
    assert message.left_out == {reason.value: 1 for reason in LeftOut}


def test_a_service_message_goes_out_with_marketing_off(post, organisation):
    make_customer(organisation, email="never@example.org")
    quiet = make_customer(organisation, email="quiet@example.org")
    withdraw_consent(quiet, Purpose.SYSTEM, actor=None)
    off = make_customer(organisation, email="off@example.org")
    withdraw_consent(off, Purpose.CONTACT, actor=None)

    message = start(organisation, kind=MessageKind.SERVICE)
    work()

    assert post.addresses == ["never@example.org"]
    assert message.left_out == {"no_contact": 1, "unsubscribed": 1}
    assert "List-Unsubscribe" not in post.mails[0]


def test_consent_is_asked_again_for_each_mail_at_the_moment_it_goes(post, organisation, monkeypatch):
    readers = [make_reader(organisation, name) for name in ("anna", "bert")]
    message = start(organisation)
    send = sending.Outlet.send

    def send_and_withdraw(outlet, raw, **to):
        withdraw_consent(readers[1], Purpose.MARKETING, actor=None)  # while the first is on its way
        return send(outlet, raw, **to)

    monkeypatch.setattr(sending.Outlet, "send", send_and_withdraw)
    work()

    assert post.addresses == ["anna@example.org"]
    assert states(message) == {"anna": "sent", "bert": "left_out unsubscribed"}


def test_a_corrected_address_is_the_one_that_is_written_to(post, organisation):
    reader = make_reader(organisation, "old")
    message = start(organisation)
    type(reader).objects.filter(pk=reader.pk).update(email="new@example.org", email_key="new@example.org")

    work()

    assert post.addresses == ["new@example.org"]
    assert MessageRecipient.objects.get(message=message).address == "new@example.org"


def test_who_agrees_after_the_start_is_not_added(post, organisation):
    make_reader(organisation, "anna")
    message = start(organisation)
    make_reader(organisation, "later")

    work()

    assert states(message) == {"anna": "sent"}


def test_one_refused_address_stops_and_repeats_no_other(post, organisation):
    for name in ("anna", "refused", "zoe"):
        make_reader(organisation, name)
    post.answers["refused"] = "550 5.1.1 no such person"
    message = start(organisation)

    work()
    work()

    assert states(message) == {"anna": "sent", "refused": "bounced unknown", "zoe": "sent"}
    assert sorted(post.tried) == ["anna@example.org", "refused@example.org", "zoe@example.org"]


def test_a_hard_bounce_suppresses_and_is_no_withdrawal(post, organisation):
    reader = make_reader(organisation, "refused")
    post.answers["refused"] = "554 no"
    start(organisation)
    work()

    reader.refresh_from_db()
    assert reader.marketing_consent
    assert not ConsentEntry.objects.filter(customer=reader, action="withdrawn").exists()
    assert ContactPoint.objects.get(customer=reader, kind="email").bounced_at is not None
    with pytest.raises(NobodyReached):
        start(organisation)


@pytest.mark.parametrize(
    ("answer", "state"),
    [("552 5.2.2 mailbox full", "failed full"), ("554 5.7.1 blocked", "failed policy")],
)
def test_what_is_not_about_the_address_suppresses_nothing(post, organisation, answer, state):
    reader = make_reader(organisation, "anna")
    post.answers["anna"] = answer
    message = start(organisation)

    work()

    assert states(message) == {"anna": state}
    assert ContactPoint.objects.get(customer=reader, kind="email").bounced_at is None


def test_a_passing_refusal_is_tried_again_later_and_more_slowly(post, organisation):
    make_reader(organisation, "grey")
    make_reader(organisation, "zoe")
    post.answers["grey"] = "451 4.7.1 come back"
    message = start(organisation)
    work()
    assert states(message) == {"grey": "waiting", "zoe": "sent"}
    first = MessageRecipient.objects.get(message=message, state="waiting").due_at - timezone.now()

    all_due_again(message)
    sending.sweep()
    work()
    second = MessageRecipient.objects.get(message=message, state="waiting").due_at - timezone.now()
    assert timedelta(seconds=50) < first < second

    post.answers.clear()
    all_due_again(message)
    sending.sweep()
    work()
    assert states(message) == {"grey": "sent", "zoe": "sent"}


def test_in_the_end_a_passing_refusal_is_final(post, organisation):
    make_reader(organisation, "grey")
    post.answers["grey"] = "451 4.7.1 come back"
    message = start(organisation)
    MessageRecipient.objects.update(attempts=sending.MOST_ATTEMPTS - 1)

    work()

    assert states(message) == {"grey": "failed later"}
    message.refresh_from_db()
    assert message.state == "done"


def test_421_lets_all_wait_and_loses_nobody(post, organisation):
    for name in ("anna", "busy", "zoe"):
        make_reader(organisation, name)
    post.answers["busy"] = "421 too busy"
    message = start(organisation)
    work()
    message.refresh_from_db()
    assert message.rests_until > timezone.now()
    assert states(message) == {"anna": "sent", "busy": "waiting", "zoe": "waiting"}

    post.answers.clear()
    all_due_again(message)
    sending.sweep()
    work()
    assert states(message) == {"anna": "sent", "busy": "sent", "zoe": "sent"}
    assert len(post.mails) == 3


def test_a_server_that_drops_the_connection_gets_the_others_first(post, organisation):
    for name in ("drops", "zoe"):
        make_reader(organisation, name)
    post.answers["drops"] = "drop"
    message = start(organisation)

    work()
    all_due_again(message)
    sending.sweep()
    work()

    assert states(message) == {"drops": "waiting", "zoe": "sent"}
    assert post.addresses == ["zoe@example.org"]


def test_a_server_that_hangs_holds_up_one_try_and_loses_nothing(post, organisation, settings):
    settings.EMAIL_TIMEOUT = 0.3
    for name in ("anna", "bert", "carl"):
        make_reader(organisation, name)
    post.pause = 1
    message = start(organisation)
    work()
    assert len(post.tried) == 1
    assert set(states(message).values()) == {"waiting"}


def test_a_server_that_is_not_there_changes_nothing_but_the_time(post, organisation, settings):
    settings.EMAIL_PORT = 9
    make_reader(organisation, "anna")
    message = start(organisation)

    work()

    assert states(message) == {"anna": "waiting"}
    message.refresh_from_db()
    assert (message.state, message.failures) == ("sending", 1)


def test_many_refusals_in_a_row_pause_the_message(post, organisation):
    for number in range(15):
        make_reader(organisation, f"anna{number}", email=f"anna{number}@example.org")
    post.answers["anna"] = "550 we do not like you"
    message = start(organisation)

    work()

    message.refresh_from_db()
    assert (message.state, message.pause_reason) == ("paused", "refused")
    assert len(post.tried) == 10


def test_554_at_the_end_of_a_mail_is_about_this_mail(post, organisation):
    for name in ("anna", "bert"):
        make_reader(organisation, name)
    post.at_data = ["554 5.6.0 not like this"]
    message = start(organisation)

    work()

    assert sorted(states(message).values()) == ["failed other", "sent"]


def test_a_paused_message_waits_and_goes_on_where_it_was(post, organisation, manager):
    make_reader(organisation, "anna")
    message = start(organisation)
    assert pause_message(message, actor=manager)
    work()
    assert post.mails == []

    assert resume_message(message, actor=manager)
    work()
    assert post.addresses == ["anna@example.org"]


def test_a_message_that_is_paused_while_it_is_sent_stops_at_the_next_mail(post, organisation, monkeypatch):
    for name in ("anna", "bert", "carl"):
        make_reader(organisation, name)
    message = start(organisation)
    send = sending.Outlet.send

    def send_and_pause(outlet, raw, **to):
        pause_message(message, actor=None)
        return send(outlet, raw, **to)

    monkeypatch.setattr(sending.Outlet, "send", send_and_pause)
    work()
    assert len(post.mails) == 1


def test_a_stopped_message_stays_stopped(post, organisation, manager):
    make_reader(organisation, "anna")
    message = start(organisation)
    assert stop_message(message, actor=manager)

    assert not resume_message(message, actor=manager)
    work()

    assert post.mails == []


def test_a_message_started_twice_is_one(post, organisation):
    make_reader(organisation, "anna")
    draft = make_draft(organisation)
    start_message(draft, actor=None)
    start_message(draft, actor=None)
    work()
    assert len(post.mails) == 1


def test_the_database_holds_one_row_per_message_and_customer(organisation):
    reader = make_reader(organisation)
    message = make_draft(organisation)
    MessageRecipient.objects.create(message=message, customer=reader)
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageRecipient.objects.create(message=message, customer=reader)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "sending"},
        {"state": "paused", "started_at": timezone.now()},
        {"is_asked_for": True},
    ],
)
def test_the_database_refuses_messages_that_cannot_be(organisation, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(organisation=organisation, kind="service", **broken)


def test_a_personal_message_reaches_whoever_did_not_forbid_it(post, organisation, manager):
    customer = make_customer(organisation, email="paula@example.org")
    write = {"kind": MessageKind.SERVICE, "subject": "Ihr Tisch", "body": "Bis gleich", "actor": manager}
    write_to_customer(customer, **write)
    work()
    assert post.addresses == ["paula@example.org"]

    withdraw_consent(customer, Purpose.CONTACT, actor=None)
    with pytest.raises(NotReached):
        write_to_customer(customer, **write)
    write_to_customer(customer, **write, is_asked_for=True)
    work()
    assert len(post.mails) == 2


def test_advertising_to_one_customer_needs_consent_too(post, organisation, manager):
    customer = make_customer(organisation, email="paula@example.org")
    write = {"kind": MessageKind.PROMOTIONAL, "subject": "Wild", "body": "Neu", "actor": manager}
    with pytest.raises(NotReached):
        write_to_customer(customer, **write, is_asked_for=True)
    agree(customer)
    write_to_customer(customer, **write)
    work()
    assert post.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_words_of_mail_servers_are_read_by_their_codes():
    assert answered(550, b"5.1.1 <paula@example.org> unknown").verdict is Verdict.BOUNCED
    assert answered(550, b"5.1.1 <paula@example.org> unknown").said == "550 5.1.1"
    assert answered(421, b"busy").verdict is Verdict.AWAY
    assert failure_of(SMTPConnectError(554, b"not today")).verdict is Verdict.AWAY


def test_a_server_known_to_be_away_is_left_alone(post, organisation, monkeypatch):
    away = ServerAway()
    away.note(TimeoutError())
    monkeypatch.setattr(sending, "server_away", away)
    make_reader(organisation, "anna")
    start(organisation)

    work()

    assert post.tried == []
