"""Coupons within their limits: in all, per guest by every way they are known, and under load."""

from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.invariants import broken_invariants
from loyalty.coupons import CouponRefused, claim, find_coupon, making, release
from loyalty.coupons.claiming import FoundCoupon
from loyalty.models import Coupon, CouponCode, CouponGuest, CouponUse
from orders.correcting import void_order
from orders.extensions import DraftLine, OrderDraft
from orders.recording import record_order, record_orders
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer, make_order
from tests.loyalty.factories import make_coupon
from tests.orders.factories import make_stranger_event

AT_ONCE, USES = 50, 10


def draft_of(location, **fields) -> OrderDraft:
    defaults = {"service_type": "pickup", "location": location, "placed_at": timezone.now()}
    return OrderDraft(lines=(DraftLine(0, 1, 2_000),), **defaults | fields)


@pytest.fixture
def use(organisation, location):
    """Use a coupon on a new order of nobody."""

    def use(coupon, order=None, single=None, **fields):
        order = order or record_order(organisation=organisation, event=make_stranger_event(location)).order
        return claim(found=FoundCoupon(coupon, single), draft=draft_of(location, **fields), order=order)

    return use


def test_a_use_is_kept_with_what_came_off(organisation, location, use):
    coupon, customer = make_coupon(organisation), make_customer(organisation)
    order = make_order(customer)
    found = use(coupon, order, customer=customer)

    assert (found.amount_cents, found.label) == (200, f"Coupon {coupon.code}")
    kept = CouponUse.objects.get()
    assert (kept.order, kept.customer, kept.amount_cents) == (order, customer, 200)
    assert Coupon.objects.get().uses_count == 1
    assert list(broken_invariants(organisation)) == []


def test_a_retry_of_the_same_order_is_never_refused(organisation, use):
    coupon = make_coupon(organisation, max_uses=1, max_uses_per_customer=1)
    order = make_order(make_customer(organisation))
    answers = {use(coupon, order, phone="+4917139200012") for _ in range(3)}

    assert len(answers) == 1
    assert CouponUse.objects.count() == Coupon.objects.get().uses_count == 1


def test_the_limit_in_all_holds_and_a_refusal_writes_nothing(organisation, use):
    coupon = make_coupon(organisation, max_uses=2)
    for _ in range(2):
        use(coupon)
    with pytest.raises(CouponRefused, match="used up"):
        use(coupon)
    assert Coupon.objects.get().uses_count == CouponUse.objects.count() == 2


@pytest.mark.parametrize("again", ["phone", "phone2", "email", "customer"])
def test_the_limit_per_guest_counts_every_way_they_are_known(organisation, use, again):
    customer = make_customer(organisation, email="Paula@example.org", phone2="+4917139200099")
    coupon = make_coupon(organisation, max_uses_per_customer=1)
    use(coupon, customer=customer)
    fields = {
        "phone": {"phone": customer.phone},
        "phone2": {"phone": customer.phone2},
        "email": {"email": "paula@EXAMPLE.org"},
        "customer": {"customer": customer},
    }
    with pytest.raises(CouponRefused, match="as often"):
        use(coupon, **fields[again])
    assert Coupon.objects.get().uses_count == 1


def test_guests_without_account_are_counted_by_phone_and_e_mail(organisation, use):
    coupon = make_coupon(organisation, max_uses_per_customer=2)
    use(coupon, phone="+4917139200012")
    use(coupon, phone="+4917139200012", email="a@example.org")
    for known in ({"phone": "+4917139200012"}, {"phone": "+4917139200013", "email": "b@example.org"}):
        if "email" in known:
            use(coupon, **known)
        else:
            with pytest.raises(CouponRefused, match="as often"):
                use(coupon, **known)


@pytest.mark.parametrize("status", ["open", "completed"])
def test_a_void_gives_the_use_back_to_everybody(organisation, use, status):
    customer = make_customer(organisation)
    coupon = make_coupon(organisation, max_uses=1, max_uses_per_customer=1)
    order = make_order(customer, status=status)
    use(coupon, order, customer=customer)
    void_order(order, reason="never came")
    release(order)
    assert Coupon.objects.get().uses_count == 0

    use(coupon, make_order(customer), customer=customer)

    assert CouponUse.objects.filter(released_at=None).count() == 1
    assert list(broken_invariants(organisation)) == []


def test_single_use_codes_are_good_once_and_their_coupon_is_not(organisation, use):
    coupon = make_coupon(organisation)
    making.make_codes(coupon, count=30, actor=None)
    code = CouponCode.objects.first()
    with pytest.raises(CouponRefused, match="no coupon"):
        find_coupon(organisation, coupon.code)
    found = find_coupon(organisation, f" {code.code.lower()} ")
    use(found.coupon, single=found.single)
    with pytest.raises(CouponRefused, match="used already"):
        use(found.coupon, single=found.single)
    assert CouponCode.objects.count() == 30


def test_a_code_that_nobody_made_is_refused(organisation, other_organisation):
    make_coupon(other_organisation, code="SECRET")
    for text in ("SECRET", "", "\x00", "x" * 10_000):
        with pytest.raises(CouponRefused, match="no coupon"):
            find_coupon(organisation, text)


def test_the_database_holds_what_is_once(organisation, location, use):
    coupon, order = make_coupon(organisation), make_order(make_customer(organisation))
    use(coupon, order, phone="+4917139200012")
    guest, kept = CouponGuest.objects.get(), CouponUse.objects.get()
    doubles = [
        lambda: CouponGuest.objects.create(coupon=coupon, use=kept, contact_key=guest.contact_key, n=guest.n),
        lambda: CouponUse.objects.create(
            coupon=coupon, order=order, amount_cents=1, occurred_at=timezone.now()
        ),
        lambda: CouponUse.objects.update(amount_cents=-1),
        lambda: make_coupon(organisation, code=coupon.code),
    ]
    for double in doubles:
        with pytest.raises(IntegrityError), transaction.atomic():
            double()


def test_a_counter_that_disagrees_is_told(organisation, use):
    use(make_coupon(organisation))
    Coupon.objects.update(uses_count=5)
    assert any("its counter" in problem for problem in broken_invariants(organisation))


# ---- 50 at once -----------------------------------------------------------------------------------


@pytest.fixture
def orders(transactional_db, organisation, location):
    record_orders(organisation, [make_stranger_event(location) for _ in range(AT_ONCE)])
    from orders.models import Order

    return list(Order.objects.select_related("organisation"))


def taken(results) -> int:
    return sum(not isinstance(result, Exception) for result in results)


def at_once(coupon, location, orders, **fields) -> list:
    def take(order):
        try:
            return claim(found=FoundCoupon(coupon), draft=draft_of(location, **fields), order=order)
        except CouponRefused as error:
            return error

    return in_parallel(*(lambda order=order: take(order) for order in orders))


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_everybody_gets_it(organisation, location, orders):
    coupon, barrier = make_coupon(organisation, max_uses=USES), Barrier(AT_ONCE)

    def look_then_write(order):
        is_left = CouponUse.objects.filter(coupon=coupon).count() < USES
        barrier.wait(timeout=20)
        if is_left:
            CouponUse.objects.create(coupon=coupon, order=order, amount_cents=1, occurred_at=timezone.now())

    in_parallel(*(lambda order=order: look_then_write(order) for order in orders))

    assert CouponUse.objects.count() == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_ten_uses_at_fifty_tills_are_ten(organisation, location, orders):
    coupon = make_coupon(organisation, max_uses=USES)

    assert taken(at_once(coupon, location, orders)) == USES
    assert Coupon.objects.get().uses_count == CouponUse.objects.count() == USES
    assert list(broken_invariants(organisation)) == []


@pytest.mark.django_db(transaction=True)
def test_one_guest_at_fifty_tills_gets_it_once(organisation, location, orders):
    coupon = make_coupon(organisation, max_uses_per_customer=1)

    assert taken(at_once(coupon, location, orders, phone="+4917139200012")) == 1
    assert Coupon.objects.get().uses_count == CouponGuest.objects.count() == 1
