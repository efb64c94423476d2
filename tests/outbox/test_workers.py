"""A real worker that is killed in the middle of a delivery: the next one sends it again, under its id."""

import pytest

from backoffice.outbox.models import Delivery, Subscriber
from backoffice.outbox.telling import tell
from tests.factories import make_customer
from tests.jobs.test_worker import start, wait_for  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _workers_may_reach_this_machine(monkeypatch):
    monkeypatch.setenv("OUTGOING_PRIVATE", "true")


def test_killed_in_the_middle_it_is_sent_again(start, organisation, subscribe, receiver):  # noqa: F811
    subscribe()
    tell(organisation, "customer.created", [make_customer(organisation).pk])
    receiver.may_answer.clear()
    worker = start("worker")
    wait_for(lambda: receiver.posts)
    worker.kill()
    worker.wait()
    assert Delivery.objects.get().state == "waiting"
    receiver.may_answer.set()
    let_lapse()

    start("worker")
    wait_for(lambda: Delivery.objects.get().state == "done")

    assert len(receiver.posts) == 2
    assert len(set(receiver.ids)) == 1


def let_lapse() -> None:
    """As if the leases of the dead worker were over."""
    Delivery.objects.update(held_until=None)
    Subscriber.objects.update(busy_until=None)
