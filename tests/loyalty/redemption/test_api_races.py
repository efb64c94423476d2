"""Points asked for in the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

from threading import Barrier

import pytest

from customers.invariants import broken_invariants
from customers.models import Customer
from loyalty.models import PointsEntry
from loyalty.points import ledger
from loyalty.redemption.redeeming import take_points
from tests.api.till import Till
from tests.customers.records.test_matching_races import in_parallel
from tests.loyalty.redemption.test_api import PATH, VOID, balance
from tests.orders.recording.test_api import ORDER

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


def at_once(till, bill, numbers):
    text = till().text

    def ask(number):
        return lambda: Till(text=text).post(PATH, bill | {"external_id": number})

    return in_parallel(*map(ask, numbers))


def test_without_the_lock_more_are_taken_than_there_are(organisation, customer, monkeypatch):
    barrier = Barrier(AT_ONCE)

    def look(organisation, ids):
        barrier.wait(timeout=20)
        return list(Customer.objects.of(organisation).filter(pk__in=ids))

    monkeypatch.setattr(ledger, "lock_customers", look)

    in_parallel(*[lambda: take_points(organisation, customer, 40)] * AT_ONCE)

    assert PointsEntry.objects.filter(kind="redeemed").count() == AT_ONCE


def test_different_bills_at_once_never_take_more_than_there_is(till, bill, organisation):
    taken = at_once(till, bill, map(str, range(AT_ONCE)))

    assert sorted(answer.status_code for answer in taken) == [201] * 2 + [409] * (AT_ONCE - 2)
    assert balance() == 20
    assert not list(broken_invariants(organisation))


def test_the_same_bill_at_once_is_taken_once(till, bill):
    taken = at_once(till, bill, ["A-1"] * AT_ONCE)

    assert sorted(answer.status_code for answer in taken) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.content for answer in taken}) == 1
    assert balance() == 60


def test_a_void_at_once_leaves_nothing_taken(till, bill, organisation):
    till().post("/orders", ORDER | {"status": "open"})
    text = till().text

    _void, redeemed = in_parallel(
        lambda: Till(text=text).patch("/orders/web/A-1", VOID), lambda: Till(text=text).post(PATH, bill)
    )

    assert redeemed.status_code in (201, 409)
    assert balance() == 100
    assert not list(broken_invariants(organisation))
