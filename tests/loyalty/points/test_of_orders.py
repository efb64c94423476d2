"""What an order does to points: all of it from what was stored, and once."""

import pytest
from django.db import IntegrityError, transaction

from customers.figures import FigureChanges, changing_statistics, differences
from customers.invariants import broken_invariants
from customers.locks import lock_customers
from customers.models import CustomerStats
from loyalty.models import PointsEntry
from loyalty.points import PointsLine, add_lines, of_orders
from orders.correcting import move_order, refund_order, void_order
from orders.models import Product
from tests.factories import make_customer
from tests.loyalty.conftest import anna, kinds, lots_left, points
from tests.orders.factories import MORNING, OrderEventLine


@pytest.fixture(autouse=True)
def _nothing_is_broken(organisation):
    yield
    assert list(broken_invariants(organisation)) == []
    assert list(differences(organisation)) == []


@transaction.atomic
def with_customers(organisation, ids, change) -> None:
    """Call a change as orders do: customers locked, inside their statistics."""
    changes = FigureChanges(organisation)
    customers = lock_customers(organisation, ids)
    with changing_statistics(organisation, customers, changes) as by_id:
        change(by_id)
    changes.write()


LINES = (OrderEventLine("Gans", 1, 3_000), OrderEventLine("Zigaretten", 2, 500))


@pytest.fixture
def no_tobacco(organisation, programme, order_of):
    order_of(1, 1, lines=(OrderEventLine("Zigaretten", 1, 1),), phone="", external_id="first")
    programme.excluded_products.set(Product.objects.filter(name="Zigaretten"))


@pytest.mark.parametrize(("discount", "earned"), [(0, 30), (1_000, 22)])
def test_excluded_products_earn_nothing_and_share_the_discount(no_tobacco, order_of, discount, earned):
    order_of(1, 0, lines=LINES, discount_cents=discount)

    assert kinds() == [("earned", earned)]


def test_an_order_of_excluded_products_alone_earns_nothing(programme, no_tobacco, order_of):
    programme.points_per_order = 5
    programme.save()
    order_of(1, 0, lines=LINES[1:])

    assert kinds() == []


def test_a_change_of_the_rules_changes_nothing_that_is_stored(programme, order_of):
    order = order_of(1, 30)
    programme.points_per_euro, programme.expires_after_months = 9, 1
    programme.save()
    assert lots_left() == [("2027-01-01", 30)]

    void_order(order, reason="wrong table")

    assert kinds() == [("earned", 30), ("reversed", -30)]


def test_refunds_take_back_their_share_of_what_was_stored(organisation, order_of):
    order = order_of(1, 33)
    for cents in (1_000, 1_000, 1_300):
        refund_order(order, amount_cents=cents, reason="cold")

    assert kinds() == [("earned", 33), ("reversed", -10), ("reversed", -10), ("reversed", -13)]
    assert points() == (0, 0)


def test_a_refund_that_the_balance_does_not_reach_is_made_up_later(organisation, order_of):
    order = order_of(1, 30)
    add_lines(organisation, [PointsLine(anna().pk, "redeemed", -25, MORNING)])
    refund_order(order, amount_cents=1_500, reason="cold")
    assert points() == (0, 25)
    order_of(2, 40)

    refund_order(order, amount_cents=1_500, reason="cold")

    assert points() == (15, 40)


@pytest.fixture
def redeemed(organisation, order_of):
    """Anna has 50 points in two lots and redeems 35 of them on a third order."""
    order_of(1, 30), order_of(6, 20)
    order = order_of(7, 0, external_id="redeemed")
    line = PointsLine(anna().pk, "redeemed", -35, MORNING, order_id=order.pk)
    add_lines(organisation, [line])
    return order


def test_released_points_go_back_where_they_came_from_and_once(organisation, redeemed):
    for _ in range(2):
        with_customers(organisation, [anna().pk], lambda found: of_orders.release(redeemed, found))

    assert kinds()[-2:] == [("redeemed", -35), ("released", 35)]
    assert lots_left() == [("2027-01-01", 30), ("2027-06-01", 20)]
    assert points() == (50, 50)


def test_an_order_without_redemption_releases_nothing(organisation, order_of):
    order = order_of(1, 30)
    with_customers(organisation, [anna().pk], lambda found: of_orders.release(order, found))

    assert kinds() == [("earned", 30)]


@pytest.mark.parametrize("kind", ["redeemed", "released", "earned"])
def test_an_order_has_each_of_them_once(redeemed, kind):
    fields = {"customer": anna(), "order": redeemed, "kind": kind, "occurred_at": MORNING}
    with pytest.raises(IntegrityError), transaction.atomic():
        for _ in range(2):
            PointsEntry.objects.create(points=-1 if kind == "redeemed" else 1, **fields)


def test_only_what_is_given_back_undoes_a_line_and_only_once(redeemed):
    line = PointsEntry.objects.get(kind="redeemed")
    fields = {"customer": anna(), "undoes": line, "occurred_at": MORNING}
    for kinds_ in (("adjusted",), ("released", "released")):
        with pytest.raises(IntegrityError), transaction.atomic():
            for kind in kinds_:
                PointsEntry.objects.create(points=1, kind=kind, **fields)


def balance_of(customer) -> tuple[int, int]:
    return CustomerStats.objects.values_list("points", "earned_points").get(customer=customer)


@pytest.mark.parametrize(("spent", "moved"), [(0, 30), (20, 10)])
def test_points_follow_their_order_as_far_as_they_are_there(organisation, order_of, spent, moved):
    order, giver, taker = order_of(1, 30), anna(), make_customer(organisation)
    if spent:
        add_lines(organisation, [PointsLine(giver.pk, "redeemed", -spent, MORNING)])
    move_order(order, customer=taker)

    assert balance_of(taker) == (moved, moved)
    assert balance_of(giver) == (0, 30 - moved)
    assert lots_left()[-1] == ("2027-01-01", moved)


def test_points_of_an_order_that_is_nobodys_go_and_come_back_with_it(organisation, order_of):
    order, giver = order_of(1, 30), anna()
    order = move_order(order, customer=None)
    assert balance_of(giver) == (0, 0)

    move_order(order, customer=giver)

    assert kinds() == [("earned", 30), ("moved", -30), ("moved", 30)]
    assert points() == (30, 30)


def test_a_moved_order_that_is_refunded_takes_from_whom_it_is_now(organisation, order_of):
    order, giver, taker = order_of(1, 30), anna(), make_customer(organisation)
    moved = move_order(order, customer=taker)
    refund_order(moved, amount_cents=1_500, reason="cold")

    assert balance_of(taker) == (15, 15)
    assert balance_of(giver) == (0, 0)


def test_an_order_of_nobody_earns_for_whom_it_turns_out_to_be(order_of):
    first = order_of(1, 30)
    stranger = order_of(2, 20, phone="", first_name="", last_name="")
    move_order(stranger, customer=anna())

    assert kinds() == [("earned", 30), ("earned", 20)]
    assert first.customer_id == anna().pk


@pytest.mark.parametrize("status", ["open", "completed"])
def test_a_void_gives_back_what_was_redeemed_on_the_order(organisation, order_of, status):
    order_of(1, 30)
    order = order_of(7, 10, status=status)
    add_lines(organisation, [PointsLine(anna().pk, "redeemed", -25, MORNING, order_id=order.pk)])
    void_order(order, reason="never came")

    assert points() == (30, 30)
    assert lots_left()[0] == ("2027-01-01", 30)


def test_who_redeemed_gets_the_points_back_whosever_the_order_is_now(organisation, redeemed):
    giver, taker = anna(), make_customer(organisation)
    moved = move_order(redeemed, customer=taker)
    void_order(moved, reason="never came")

    assert balance_of(giver) == (50, 50)


def test_points_of_a_refunded_and_then_voided_order_go_once(order_of):
    order = order_of(1, 30)
    refund_order(order, amount_cents=1_000, reason="cold")
    void_order(order, reason="wrong table")

    assert kinds() == [("earned", 30), ("reversed", -10), ("reversed", -20)]


def test_a_refund_stands_only_at_what_it_reverses(order_of):
    order = order_of(1, 30)
    refund = refund_order(order, amount_cents=100, reason="cold")
    for kind, number in (("reversed", -1), ("adjusted", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PointsEntry.objects.create(
                customer=anna(), order=order, refund=refund, kind=kind, points=number, occurred_at=MORNING
            )


def test_the_page_of_the_order_says_what_it_earned(order_of, sign_in, manager):
    order = order_of(3, 25)
    assert "earned: 25" in sign_in(manager).get(f"/orders/{order.pk}/").text
