"""Whatever happens to orders and points, in any order: sums, statistics and figures stay true (TRUST §1)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from loyalty.models import Coupon, CouponUse, PointsEntry
from loyalty.points import NotEnoughPoints
from loyalty.points.correcting import correct_points
from loyalty.points.expiry import expire_points, give_back_expired
from orders.correcting import RefundTooLarge, move_order, refund_order, void_order
from orders.extensions import Wish
from orders.fulfilling import DONE, Placement, PlacementLine, PlacementRefused, place_order, take_step
from orders.locks import WrongStatus
from orders.models import Fulfilment, Order
from orders.recording import complete_order
from tests.factories import make_customer, make_location, make_order, make_organisation
from tests.loyalty.factories import make_coupon
from tests.orders.factories import make_product, make_programme

CENTS = st.integers(1, 6_000)
PLACE = st.integers(0, 3)


class House(RuleBasedStateMachine):
    """Two customers, a programme whose points expire after a month, a coupon for three uses."""

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.organisation = make_organisation()
        self.location = make_location(self.organisation)
        make_programme(self.organisation, expires_after_months=1, points_per_order=2)
        make_coupon(self.organisation, code="THREE", max_uses=3)
        self.cent = make_product(self.organisation, price_cents=1)
        self.people = [make_customer(self.organisation, location=self.location) for _ in range(2)]

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def pick(self, place: int) -> Order:
        orders = Order.objects.filter(organisation=self.organisation).order_by("pk")
        return orders[place % orders.count()]

    @rule(cents=CENTS, who=st.integers(0, 1), days=st.sampled_from([0, 20, 70]), is_open=st.booleans())
    def place(self, cents, who, days, is_open):
        moment = timezone.now() - timedelta(days=days)
        status = "open" if is_open else "completed"
        make_order(self.people[who], cents=cents, tip_cents=cents % 300, placed_at=moment, status=status)

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation).exists())
    @rule(place=PLACE, step=st.sampled_from(["complete", "void"]), cents=CENTS)
    def end(self, place, step, cents):
        order = self.pick(place)
        try:
            complete_order(order) if step == "complete" else void_order(order, reason="x")
        except WrongStatus:
            assert order.status != "open"

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation).exists())
    @rule(place=PLACE, cents=CENTS)
    def refund(self, place, cents):
        order = self.pick(place)
        try:
            refund_order(order, amount_cents=cents, reason="x")
        except WrongStatus:
            assert order.status != "completed"
        except RefundTooLarge:
            assert cents > order.left_cents

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation).exists())
    @rule(place=PLACE, who=st.integers(0, 2))
    def move(self, place, who):
        try:
            move_order(self.pick(place), customer=[*self.people, None][who])
        except WrongStatus:
            assert self.pick(place).status == "voided"

    @rule(cents=CENTS, who=st.integers(0, 2), points=st.sampled_from([0, 5, 60]), coupon=st.booleans())
    def take(self, cents, who, points, coupon):
        customer = [*self.people, None][who]
        if customer is not None:
            customer = Customer.objects.select_related("stats").get(pk=customer.pk)
        placement = Placement(
            location=self.location,
            service_type="pickup",
            lines=(PlacementLine(self.cent.pk, cents),),
            now=timezone.now(),
            token=uuid4(),
            customer=customer,
            wish=Wish("THREE" if coupon else "", points),
        )
        try:
            order = place_order(placement, actor=None).order
        except PlacementRefused as refusal:
            assert refusal.bill.problems.keys() <= {"coupon", "points"}
            return
        assert order.total_cents + order.discount_cents == cents
        assert sum(one.amount_cents for one in order.discounts.all()) == order.discount_cents
        again = place_order(placement, actor=None)
        assert (again.order.pk, again.created) == (order.pk, False)

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation).exists())
    @rule(place=PLACE, step=st.sampled_from(["accepted", "ready", DONE]))
    def lead(self, place, step):
        order = self.pick(place)
        way = Fulfilment.objects.filter(order=order).first()
        try:
            take_step(order, step, seen=way.stage if way else "new")
        except WrongStatus:
            assert order.status == "voided" or (order.status == "completed" and step != DONE)

    @rule(points=st.integers(-40, 40).filter(bool), who=st.integers(0, 1))
    def correct(self, points, who):
        customer = Customer.objects.select_related("organisation").get(pk=self.people[who].pk)
        try:
            correct_points(customer=customer, points=points, reason="x", actor=None)
        except NotEnoughPoints:
            assert points < 0

    @rule()
    def expire(self):
        expire_points()

    @rule()
    def give_back(self):
        today = timezone.now().date()
        give_back_expired(
            self.organisation,
            first=today - timedelta(days=60),
            last=today + timedelta(days=1),
            until=today + timedelta(days=30),
            reason="x",
            actor=None,
        )

    @invariant()
    def everything_is_true(self):
        assert list(broken_invariants(self.organisation)) == []

    @invariant()
    def no_balance_is_more_than_was_ever_given(self):
        given = ("earned", "reversed", "moved", "opening")
        for stats in CustomerStats.objects.filter(organisation=self.organisation):
            entries = PointsEntry.objects.filter(customer=stats.customer_id)
            by_hand = sum(max(0, one.points) for one in entries.filter(kind="adjusted"))
            assert stats.points <= sum(one.points for one in entries.filter(kind__in=given)) + by_hand

    @invariant()
    def the_coupon_is_used_three_times_at_most(self):
        coupon = Coupon.objects.get(organisation=self.organisation)
        assert coupon.uses_count == CouponUse.objects.filter(coupon=coupon, released_at=None).count() <= 3


@pytest.mark.slow
@pytest.mark.django_db
def test_any_sequence_of_steps_leaves_everything_true():
    run_state_machine_as_test(
        House, settings=settings(max_examples=12, stateful_step_count=20, deadline=None, derandomize=True)
    )
