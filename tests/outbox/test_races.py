"""Two workers, one delivery. PostgreSQL only: SQLite lets one writer in at a time."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from backoffice.outbox import sending
from backoffice.outbox.models import Delivery, DeliveryQuerySet, Subscriber
from backoffice.outbox.sending import send_now, work_off
from backoffice.outbox.subscribing import remove_subscriber
from backoffice.outbox.telling import tell
from customers.records.registering import register_customer
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


@pytest.fixture
def subscriber(organisation, subscribe):
    subscriber = subscribe()
    tell(organisation, "customer.created", [make_customer(organisation).pk for _ in range(6)])
    return subscriber


@pytest.fixture
def all_look_first(monkeypatch):
    """Let every worker look at the delivery before any of them claims it."""
    barrier, send = Barrier(AT_ONCE), sending._send

    def wait_and_send(delivery):
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)
        return send(delivery)

    monkeypatch.setattr(sending, "_send", wait_and_send)


def test_one_delivery_is_sent_by_one_of_them(subscriber, receiver, all_look_first):
    first = Delivery.objects.order_by("pk").first()

    in_parallel(*[lambda: send_now.call(first.pk)] * AT_ONCE)

    assert receiver.ids == [str(first.message_id)]


def test_without_the_claim_all_of_them_would_send_it(subscriber, receiver, all_look_first, monkeypatch):
    first = Delivery.objects.order_by("pk").first()
    everything = lambda self, now: self.model.objects.filter(pk=first.pk)  # noqa: E731
    monkeypatch.setattr(DeliveryQuerySet, "due", everything)
    monkeypatch.setattr(DeliveryQuerySet, "filter", lambda self, **by: _without(self, by))

    in_parallel(*[lambda: send_now.call(first.pk)] * AT_ONCE)

    assert len(receiver.posts) > 1


def _without(queryset, by: dict):
    by.pop("attempts", None)
    return super(DeliveryQuerySet, queryset).filter(**by)


def test_workers_at_one_subscriber_keep_the_order(subscriber, receiver):
    receiver.seconds = 0.05

    in_parallel(*[lambda: work_off.call(subscriber.pk)] * AT_ONCE)

    assert receiver.ids == [str(one.message_id) for one in Delivery.objects.order_by("pk")]
    assert Subscriber.objects.get().busy_until is None


def test_a_subscriber_removed_in_this_moment_costs_nobody_a_customer(
    organisation, location, subscriber, admin, monkeypatch
):
    barrier, add = Barrier(2), Delivery.objects.bulk_create

    def wait_and_add(*given, **options):
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)
        return add(*given, **options)

    def remove():
        barrier.wait(timeout=5)
        remove_subscriber(subscriber, actor=admin)
        barrier.wait(timeout=5)

    monkeypatch.setattr(Delivery.objects, "bulk_create", wait_and_add)
    fields = {"first_name": "Paul", "email": "paul@example.org"}
    register = lambda: register_customer(  # noqa: E731
        organisation=organisation, location=location, fields=fields, actor=None
    )

    customer, _nothing = in_parallel(register, remove)

    assert customer.pk
    assert not Subscriber.objects.of(organisation).exists()
