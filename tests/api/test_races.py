"""The same request in the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

import time
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from backoffice.api import idempotency, limits
from backoffice.api.models import ApiKey
from backoffice.core.database.bulk import insert_rows
from customers.models import Customer
from orders.models import Order
from tests.api.till import Till
from tests.customers.records.test_api import PAULA, TOKEN
from tests.customers.records.test_matching_races import in_parallel
from tests.orders.recording.test_api import ORDER

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
pytestmark += [pytest.mark.usefixtures("location")]
AT_ONCE, MANY = 8, 50


@pytest.fixture
def slow_look(monkeypatch):
    """Let all look whether the token is there before any of them notes it."""
    barrier, digest = Barrier(AT_ONCE), idempotency._digest

    def wait(request):
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)
        return digest(request)

    monkeypatch.setattr(idempotency, "_digest", wait)


def insert_without_asking(model, names, rows):
    insert_rows(model, names, rows)
    return {row[0] for row in rows}


def test_an_order_sent_fifty_times_at_once_is_stored_once(till):
    text = till().text

    answers = in_parallel(*[lambda: Till(text=text).post("/orders", ORDER)] * MANY)

    assert sorted(answer.status_code for answer in answers) == [200] * (MANY - 1) + [201]
    assert len({answer.content for answer in answers}) == 1
    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)


def add(text):
    one = Till(text=text)
    one.client.raise_request_exception = False
    return lambda: one.post("/customers", PAULA, **TOKEN)


@pytest.mark.usefixtures("slow_look")
def test_without_the_guard_the_same_token_collides(till, monkeypatch):
    monkeypatch.setattr(idempotency, "insert_missing_rows", insert_without_asking)
    text = till().text

    answers = in_parallel(*[add(text) for _number in range(AT_ONCE)])

    assert sorted(answer.status_code for answer in answers) == [201] + [500] * (AT_ONCE - 1)


@pytest.mark.usefixtures("slow_look")
def test_a_token_sent_several_times_at_once_adds_one_customer(till):
    text = till().text

    answers = in_parallel(*[add(text) for _number in range(AT_ONCE)])

    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.content for answer in answers}) == 1
    assert Customer.objects.count() == 1


def claim_after_a_look(barrier):
    def claim(key_id, minute):
        key = ApiKey.objects.get(pk=key_id)
        barrier.wait(timeout=5)
        if key.minute == minute and key.claimed >= 2 * limits.BLOCK:
            return False
        key.minute, key.claimed = minute, key.claimed + limits.BLOCK
        key.save()
        return True

    return claim


def claims(claim, key):
    minute = int(time.time() // 60)
    return sum(in_parallel(*[lambda: claim(key.pk, minute)] * AT_ONCE))


def test_without_the_guard_too_many_blocks_are_claimed(till, settings):
    settings.API_REQUESTS_PER_MINUTE = 2 * limits.BLOCK

    assert claims(claim_after_a_look(Barrier(AT_ONCE)), till().key) == AT_ONCE


def test_never_more_blocks_are_claimed_than_there_are(till, settings):
    settings.API_REQUESTS_PER_MINUTE = 2 * limits.BLOCK

    assert claims(limits._claim, till().key) == 2
