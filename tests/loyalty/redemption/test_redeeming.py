"""Points on an order: never more than the bill, the balance, once; and 50 at once."""

from threading import Barrier

import pytest

from customers.figures import differences
from customers.invariants import broken_invariants
from customers.models import CustomerStats
from loyalty.models import PointsEntry, Programme
from loyalty.points import PointsLine, ledger
from loyalty.redemption import RedemptionRefused, find_redeemer, quote_points, redeem_points
from orders.correcting import void_order
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_order
from tests.orders.factories import MORNING

AT_ONCE = 50


@pytest.fixture
def order(customer):
    return make_order(customer, cents=2_000, status="open")


def redeem(order, customer, points=40, bill=2_000):
    return redeem_points(order=order, customer=customer, points=points, bill_cents=bill)


def balance(customer) -> int:
    return CustomerStats.objects.values_list("points", flat=True).get(customer=customer)


def test_points_take_their_worth_off_the_bill(customer, order):
    found = redeem(order, customer)

    assert (found.points, found.amount_cents, found.label) == (40, 200, "40 points")
    assert balance(customer) == 60
    assert PointsEntry.objects.get(kind="redeemed").order == order


@pytest.mark.parametrize(
    ("points", "bill", "why"),
    [
        (19, 2_000, "from 20 on"),
        (101, 2_000, "that many points"),
        (41, 204, "at most 40 points"),
        (0, 2_000, "from 20 on"),
        (-50, 2_000, "from 20 on"),
        (20, 0, "at most 0 points"),
    ],
)
def test_what_cannot_be_redeemed_is_refused_in_words(customer, order, points, bill, why):
    with pytest.raises(RedemptionRefused, match=why):
        redeem(order, customer, points, bill)
    assert balance(customer) == 100


def test_a_programme_that_is_off_redeems_nothing(organisation, customer, order):
    Programme.objects.update(is_active=False)
    with pytest.raises(RedemptionRefused, match="off"):
        redeem(order, customer)
    assert quote_points(organisation, balance=100, bill_cents=2_000).points == 0


def test_the_same_again_gets_the_same_answer_and_another_is_refused(customer, order):
    assert redeem(order, customer) == redeem(order, customer)
    with pytest.raises(RedemptionRefused, match="already"):
        redeem(order, customer, points=50)
    assert balance(customer) == 60


@pytest.mark.parametrize(("balance_", "bill", "points"), [(100, 2_000, 100), (100, 204, 40), (19, 2_000, 0)])
def test_the_most_that_a_balance_can_pay_is_told(organisation, customer, balance_, bill, points):
    quote = quote_points(organisation, balance=balance_, bill_cents=bill)

    assert (quote.points, quote.amount_cents, quote.minimum_points) == (points, points * 5, 20)


def test_a_void_gives_the_points_back(organisation, customer, order):
    redeem(order, customer)
    void_order(order, reason="never came")

    assert balance(customer) == 100
    assert list(broken_invariants(organisation)) == list(differences(organisation)) == []


@pytest.mark.parametrize("text", ["0171 3920 0012", "+49 171 39200012"])
def test_who_redeems_is_found_by_phone(organisation, customer, text):
    assert find_redeemer(organisation, text) == customer
    assert find_redeemer(organisation, "nobody") is None


def test_nobody_of_another_house_is_found(other_organisation, customer):
    assert find_redeemer(other_organisation, "+49 171 39200012") is None


# ---- 50 at once: 100 points are there, each takes 20 ----------------------------------------------


@pytest.fixture
def orders(transactional_db, customer):
    return [make_order(customer, cents=2_000, status="open") for _ in range(AT_ONCE)]


def all_at_once(orders, customer) -> list:
    def take(order):
        try:
            return redeem(order, customer, points=20)
        except RedemptionRefused as error:
            return error

    return in_parallel(*(lambda order=order: take(order) for order in orders))


def taken(results) -> int:
    return sum(not isinstance(result, Exception) for result in results)


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_more_is_redeemed_than_there_is(customer, orders):
    barrier = Barrier(AT_ONCE)

    def look_then_write(order):
        enough = balance(customer) >= 20
        barrier.wait(timeout=20)
        line = PointsLine(customer.pk, "redeemed", -20, MORNING, order_id=order.pk)
        return enough and ledger._insert([line])

    in_parallel(*(lambda order=order: look_then_write(order) for order in orders))

    assert PointsEntry.objects.filter(kind="redeemed").count() == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_redeem_no_more_than_there_is(organisation, customer, orders):
    results = all_at_once(orders, customer)

    assert taken(results) == 5
    assert balance(customer) == 0
    assert list(broken_invariants(organisation)) == list(differences(organisation)) == []
