"""Several workers, one message: nobody gets it twice."""

import time
from collections import Counter

import pytest

from customers.messages import sending
from customers.messages.writing import start_message
from customers.models import Message, MessageRecipient, Thread
from tests.customers.messages.conftest import make_draft, make_reader, start
from tests.customers.records.test_matching_races import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, READERS = 4, 40


@pytest.fixture
def readers(organisation):
    return [
        make_reader(organisation, f"a{chr(97 + n % 26)}", email=f"a{n}@example.org") for n in range(READERS)
    ]


def send(message):
    """What a worker does that has lost its lease and does not know it."""
    sending.send_due(Message.objects.select_related("organisation").get(pk=message.pk), time.monotonic() + 20)


def copies(post):
    return Counter(mail["To"] for mail in post.mails)


def test_workers_at_the_same_message_send_each_mail_once(post, organisation, readers):
    message = start(organisation)

    in_parallel(*[lambda: send(message)] * AT_ONCE)

    assert copies(post) == Counter(reader.email for reader in readers)
    assert not MessageRecipient.objects.exclude(state="sent").exists()


@pytest.mark.postgresql
def test_without_the_claim_they_would_send_it_more_often(post, organisation, readers, monkeypatch):
    message = start(organisation)
    pick = sending.pick

    def claim_nothing(message, at_most=50):
        rows = message.recipients.filter(state="waiting").order_by("pk")[:at_most]
        return [(pk, 0, 1) for pk in rows.values_list("pk", flat=True)]

    def pick_anything(message, pk, token):
        MessageRecipient.objects.filter(pk=pk).update(claim=token)
        return pick(message, pk, token)

    monkeypatch.setattr(sending, "claim_rows", claim_nothing)
    monkeypatch.setattr(sending, "pick", pick_anything)
    in_parallel(*[lambda: send(message)] * AT_ONCE)

    assert max(copies(post).values()) > 1


def test_only_one_worker_takes_a_message(post, organisation, readers):
    message = start(organisation)
    claimed = []

    in_parallel(*[lambda: claimed.append(sending._claim_message(message.pk))] * AT_ONCE)

    assert [bool(one) for one in claimed].count(True) == 1


def test_a_message_started_by_two_at_once_is_started_once(post, organisation, readers):
    draft = make_draft(organisation)

    in_parallel(*[lambda: start_message(draft, actor=None)] * AT_ONCE)

    assert MessageRecipient.objects.filter(message=draft).count() == READERS
    assert Thread.objects.filter(message=draft).count() == 1
