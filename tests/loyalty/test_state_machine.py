"""Whatever happens to orders and points, in any order: sums, statistics and figures stay true (TRUST §1)."""

from datetime import timedelta

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
from loyalty.coupons import CouponRefused, claim, find_coupon
from loyalty.models import Coupon, CouponUse, PointsEntry
from loyalty.points import NotEnoughPoints
from loyalty.points.correcting import correct_points
from loyalty.points.expiry import expire_points, give_back_expired
from loyalty.redemption import RedemptionRefused, redeem_points
from orders.correcting import RefundTooLarge, move_order, refund_order, void_order
from orders.extensions import DraftLine, OrderDraft
from orders.locks import WrongStatus
from orders.models import Order
from orders.recording import complete_order
from tests.factories import make_customer, make_location, make_order, make_organisation
from tests.loyalty.factories import make_coupon
from tests.orders.factories import make_programme

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

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation, status="open").exists())
    @rule(points=st.integers(1, 60), who=st.integers(0, 1))
    def redeem(self, points, who):
        order = Order.objects.filter(organisation=self.organisation, status="open").order_by("pk").first()
        bill, balance = order.total_cents, CustomerStats.objects.get(customer=self.people[who]).points
        try:
            taken = redeem_points(order=order, customer=self.people[who], points=points, bill_cents=bill)
        except RedemptionRefused:
            return
        assert taken.points <= balance and taken.amount_cents <= bill

    @precondition(lambda self: Order.objects.filter(organisation=self.organisation, status="open").exists())
    @rule(who=st.integers(0, 1))
    def use_coupon(self, who):
        order = Order.objects.filter(organisation=self.organisation, status="open").order_by("pk").last()
        line = order.lines.get()
        draft = OrderDraft(
            lines=(DraftLine(line.product_id, line.quantity, line.unit_price_cents),),
            service_type=order.service_type,
            location=self.location,
            placed_at=order.placed_at,
            customer=self.people[who],
        )
        try:
            claim(found=find_coupon(self.organisation, "THREE"), draft=draft, order=order)
        except CouponRefused:
            return

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
