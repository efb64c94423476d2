"""A message arrives signed, again until it arrives, under the same id; who takes nothing is paused."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.jobs.models import Job
from backoffice.outbox import sending
from backoffice.outbox.keeping import forget_old
from backoffice.outbox.models import Delivery, OutboxMessage, Subscriber
from backoffice.outbox.sending import PATIENCE, pause_after, sweep, work_off
from backoffice.outbox.subscribing import (
    pause_subscriber,
    remove_subscriber,
    resume_subscriber,
    send_again,
    send_test,
)
from backoffice.outbox.telling import tell
from tests.factories import make_customer, make_user
from tests.outbox.conftest import work
from tests.outbox.receiver import DROP, HANG

pytestmark = pytest.mark.django_db


@pytest.fixture
def happen(organisation):
    """So many customers were created."""

    def happen(count=1):
        customers = [make_customer(organisation) for _ in range(count)]
        tell(organisation, "customer.created", [customer.pk for customer in customers])

    return happen


@pytest.fixture
def later(monkeypatch):
    """Let time pass for everything that sends."""
    passed = [timedelta()]
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + passed[0])

    def later(**by):
        passed[0] += timedelta(**by)
        sweep()
        work()

    return later


def test_a_message_is_signed_as_standard_webhooks_says(subscribe, receiver, happen):
    subscriber = subscribe()
    happen()
    work()

    ((headers, body),) = receiver.posts

    key = base64.b64decode(subscriber.secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["content-type"] == "application/json"


def test_a_message_says_what_when_and_of_whom(subscribe, receiver, happen):
    subscribe()
    happen()
    work()

    message = json.loads(receiver.posts[0][1])

    assert message["id"] == receiver.ids[0] == str(OutboxMessage.objects.get().pk)
    assert (message["topic"], message["organisation"]) == ("customer.created", "lindenhof")
    assert message["created_at"].endswith("+00:00")
    assert Delivery.objects.get().state == "done"


def test_messages_arrive_in_their_order(subscribe, receiver, happen):
    subscribe()
    for count in (3, 2):
        happen(count)
    work()

    assert receiver.ids == [str(one.message_id) for one in Delivery.objects.order_by("pk")]


@pytest.mark.parametrize("says", [500, 302, 404, DROP])
def test_what_did_not_arrive_is_sent_again_under_its_id(subscribe, receiver, happen, later, says):
    subscribe()
    happen()
    receiver.says, receiver.headers = says, {"Location": "/elsewhere"}
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(receiver.posts)) == ("waiting", 1, 1)
    assert delivery.last_error

    receiver.says = 204
    later(seconds=70)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("done", 2, 204)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_one_that_hangs_is_not_waited_for(subscribe, receiver, happen, monkeypatch):
    monkeypatch.setattr("backoffice.core.outgoing.READ_SECONDS", 0.2)
    subscribe()
    happen()
    receiver.says = HANG
    work()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_status) == ("waiting", None)
    assert delivery.last_error == "Es kam nicht rechtzeitig eine Antwort."  # as the organisation reads


def test_one_that_nobody_answers_at_is_tried_again_later(subscribe, receiver, happen):
    subscribe(url="http://127.0.0.1:9/")
    happen()
    work()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_status) == ("waiting", None)
    assert timedelta(seconds=50) < delivery.due_at - timezone.now() < timedelta(seconds=70)


def test_pauses_double_up_to_six_hours():
    assert 54 <= pause_after(1).total_seconds() <= 66
    assert 108 <= pause_after(2).total_seconds() <= 132
    assert timedelta(hours=5.4) <= pause_after(12) <= timedelta(hours=6.6)
    assert timedelta(hours=5.4) <= pause_after(10_000) <= timedelta(hours=6.6)


def test_who_fails_is_not_asked_for_each_message(subscribe, receiver, happen):
    subscribe()
    receiver.says = 500
    for _ in range(4):
        happen(3)
        work()

    assert len(receiver.posts) == 1


def test_one_message_that_is_refused_holds_up_no_other(subscribe, receiver, happen, later):
    subscribe()
    happen()
    receiver.says = 422
    work()
    receiver.says = 200
    happen(2)
    Delivery.objects.filter(attempts=1).update(due_at=timezone.now() + timedelta(hours=1))
    later(seconds=70)

    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["done", "done", "waiting"]


def test_when_it_is_back_what_waited_is_sent_at_once(subscribe, receiver, happen, later):
    subscriber = subscribe()
    happen(3)
    receiver.says = 500
    for _ in range(7):
        later(minutes=16)
    receiver.says = 200
    later(hours=7)

    assert subscriber.deliveries.filter(state="done").count() == 3


def test_gone_is_gone(subscribe, receiver, happen, later, admin):
    subscriber = subscribe()
    happen()
    receiver.says = 410
    work()

    subscriber.refresh_from_db()
    assert subscriber.paused_reason == "gone"
    later(days=1)
    assert len(receiver.posts) == 1
    assert [letter.to for letter in mail.outbox] == [[admin.email]]


def test_after_five_days_of_failure_it_is_paused_and_administrators_get_one_mail(
    subscribe, receiver, happen, later, admin, manager, outsider
):
    other = make_user(admin.membership.organisation, "admin")
    subscriber = subscribe()
    happen()
    receiver.says = 503
    for _ in range(25):
        later(hours=6)
    happen()
    later(hours=6)

    subscriber.refresh_from_db()
    assert subscriber.paused_reason == "failures"
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([admin.email, other.email])
    assert f"/settings/webhooks/{subscriber.pk}/" in mail.outbox[0].body
    assert AuditEntry.objects.filter(action="subscriber.paused").count() == 1


def test_four_days_of_failure_pause_nobody(subscribe, receiver, happen, later):
    subscriber = subscribe()
    happen()
    receiver.says = 503
    for _ in range(16):
        later(hours=6)
    assert timezone.now() - Subscriber.objects.get().failing_since < PATIENCE

    receiver.says = 200
    later(hours=7)

    subscriber.refresh_from_db()
    assert (subscriber.is_on, subscriber.failures, subscriber.failing_since) == (True, 0, None)


def test_resumed_it_gets_what_waited(subscribe, receiver, happen, later, admin):
    subscriber = subscribe()
    pause_subscriber(subscriber, actor=admin)
    happen(2)
    later(hours=1)
    assert receiver.posts == []

    resume_subscriber(subscriber, actor=admin)
    work()

    assert len(set(receiver.ids)) == 2


def test_a_removed_one_hears_nothing_and_is_gone_a_day_later(subscribe, receiver, happen, later, admin):
    subscriber = subscribe()
    happen()
    remove_subscriber(subscriber, actor=admin)
    later(hours=1)
    assert receiver.posts == []

    later(days=2)
    forget_old()

    assert not Subscriber.objects.exists()


def test_what_is_old_is_forgotten(subscribe, receiver, happen, later, settings):
    subscribe()
    happen(2)
    work()
    later(days=settings.OUTBOX_DAYS - 1)
    forget_old()
    assert OutboxMessage.objects.count() == 2

    later(days=2)
    forget_old()

    assert not OutboxMessage.objects.exists()
    assert not Delivery.objects.exists()


def test_a_lost_task_is_taken_up_by_the_sweep(subscribe, receiver, happen):
    subscribe()
    happen()
    Job.objects.all().delete()

    sweep()
    work()

    assert len(receiver.posts) == 1


def test_a_worker_that_died_in_the_middle_is_made_up_for_under_the_same_id(
    subscribe, receiver, happen, later, monkeypatch
):
    subscriber = subscribe()
    happen()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sending, "_note_success", _die)
        work_off.call(subscriber.pk)
    later(seconds=30)
    assert len(receiver.posts) == 1  # it may still be on its way

    later(minutes=2)

    assert len(receiver.posts) == 2
    assert len(set(receiver.ids)) == 1
    assert Delivery.objects.get().state == "done"


def _die(*_given):
    raise KeyboardInterrupt


def test_a_test_goes_to_one_past_a_pause_and_is_tried_once(subscribe, receiver, later, admin):
    subscriber, _other = subscribe(), subscribe()
    pause_subscriber(subscriber, actor=admin)
    receiver.says = 500
    delivery = send_test(subscriber)
    work()
    later(hours=1)

    delivery.refresh_from_db()
    subscriber.refresh_from_db()
    assert (delivery.state, len(receiver.posts), subscriber.failures) == ("failed", 1, 0)
    assert json.loads(receiver.posts[0][1])["topic"] == "test.ping"


def test_what_arrived_can_be_sent_again_under_its_id(subscribe, receiver, happen):
    subscribe()
    happen()
    work()
    assert send_again(Delivery.objects.get())
    work()

    assert len(receiver.posts) == 2
    assert len(set(receiver.ids)) == 1


def test_a_secret_that_nobody_can_read_is_told(subscribe, receiver, happen, settings):
    subscribe()
    settings.SECRET_KEY = "another" * 10
    happen()
    work()

    delivery = Delivery.objects.get()
    assert (delivery.state, receiver.posts) == ("waiting", [])
    assert delivery.last_error


def test_a_fault_of_one_message_holds_up_no_other(subscribe, receiver, happen, later, settings):
    settings.OUTBOX_DATA = settings.OUTBOX_DATA | {"points.changed": "tests.outbox.receiver.nothing"}
    subscriber = subscribe()
    tell(subscriber.organisation, "points.changed", [1])
    happen(2)
    work()
    later(seconds=70)

    assert [*Delivery.objects.order_by("pk").values_list("state", flat=True)] == ["waiting", "done", "done"]


def test_private_addresses_are_refused_when_sending_too(subscribe, receiver, happen, settings):
    subscribe(url=f"https://127.0.0.1:{receiver.port}/")
    settings.OUTGOING_PRIVATE = False
    happen()
    work()

    assert receiver.posts == []
    assert Delivery.objects.get().last_error
