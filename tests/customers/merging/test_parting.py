"""What came after a merge, and what its undo makes of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.choices import ConsentAction, Purpose
from customers.consent import grant_consent
from customers.consent.ledger import withdraw_consent
from customers.invariants import broken_invariants
from customers.merging import MergedSince, MergeOver, undo_merge
from customers.merging.undoing import forget_old_merges
from customers.models import ConsentEntry, ContactPoint, Customer, CustomerMerge, MergedCustomer
from customers.records.registering import edit_customer
from loyalty.models import CouponGuest, LotUse, PointsEntry, PointsLot
from loyalty.points import PointsLine, add_lines
from orders.correcting import move_order, split_customer, void_order
from orders.models import Order
from tests.customers.merging.test_merging import merge
from tests.factories import make_customer, make_order
from tests.loyalty.factories import make_card, make_coupon
from tests.orders.factories import make_programme


@pytest.fixture
def ida(organisation):
    make_programme(organisation, expires_after_months=12)
    return make_customer(organisation, first_name="Ida", last_name="Ingwer", email="ida@example.org")


@pytest.fixture
def twin(organisation, ida):
    return make_customer(organisation, first_name="I.", last_name="Ingwer", email="ii@example.org")


def points_of(customer) -> int:
    return Customer.objects.get(pk=customer.pk).stats.points


def redeem(customer, points):
    line = PointsLine(customer.pk, "redeemed", -points, timezone.now())
    add_lines(customer.organisation, [line])


def test_orders_that_came_since_stay_with_the_survivor(organisation, ida, twin):
    old = make_order(twin)
    record = merge(ida, twin)
    new = make_order(ida)

    undo_merge(record, actor=None)

    owners = dict(Order.objects.values_list("pk", "customer"))
    assert owners == {old.pk: twin.pk, new.pk: ida.pk}
    assert list(broken_invariants(organisation)) == []


def test_an_order_that_was_given_away_since_stays_there(organisation, ida, twin):
    order, third = make_order(twin), make_customer(organisation)
    record = merge(ida, twin)
    move_order(Order.objects.get(pk=order.pk), customer=third)

    undo_merge(record, actor=None)

    assert (points_of(third), points_of(twin), points_of(ida)) == (20, 0, 0)
    assert list(broken_invariants(organisation)) == []


def test_a_receipt_that_was_voided_since_is_voided_for_whose_it_is_again(organisation, ida, twin):
    order = make_order(twin)
    make_order(ida)
    record = merge(ida, twin)
    void_order(Order.objects.get(pk=order.pk), reason="wrong table")

    undo_merge(record, actor=None)

    assert (points_of(ida), points_of(twin)) == (20, 0)
    assert list(broken_invariants(organisation)) == []


@pytest.mark.parametrize(("spent", "left"), [(10, (0, 50)), (40, (0, 20)), (60, (0, 0))])
def test_points_that_were_spent_since_are_settled(organisation, ida, twin, spent, left):
    make_order(ida, cents=1_000)
    make_order(twin, cents=5_000)
    record = merge(ida, twin)
    redeem(ida, spent)

    undo_merge(record, actor=None)

    assert (points_of(ida), points_of(twin)) == left
    assert not LotUse.objects.exclude(lot__customer=PointsLot.objects.get(customer=ida).customer)
    assert list(broken_invariants(organisation)) == []


def test_two_openings_count_as_one_and_an_adjustment_until_the_undo(organisation, ida, twin):
    now = timezone.now()
    add_lines(organisation, [PointsLine(one.pk, "opening", 50, now) for one in (ida, twin)])

    record = merge(ida, twin)
    kinds = PointsEntry.objects.order_by("pk").values_list("kind", flat=True)

    assert list(kinds) == ["opening", "adjusted"]
    assert points_of(ida) == 100
    undo_merge(record, actor=None)
    assert list(kinds.all()) == ["opening", "opening"]


def test_a_coupon_counts_what_both_have_used(organisation, ida, twin):
    coupon = make_coupon(organisation)
    for customer in (ida, twin):
        use = coupon.uses.create(customer=customer, amount_cents=1, occurred_at=timezone.now())
        use.guests.create(coupon=coupon, contact_key=f"customer:{customer.pk}", n=1)

    record = merge(ida, twin)

    rows = CouponGuest.objects.order_by("pk").values_list("contact_key", "n")
    assert list(rows) == [(f"customer:{ida.pk}", 1), (f"customer:{ida.pk}", 2)]
    undo_merge(record, actor=None)
    assert list(rows.all()) == [(f"customer:{ida.pk}", 1), (f"customer:{twin.pk}", 1)]


def test_cards_are_the_survivors_until_the_undo(organisation, ida, twin):
    card = make_card(organisation, customer=twin)
    record = merge(ida, twin)
    card.refresh_from_db()
    assert card.customer_id == ida.pk

    undo_merge(record, actor=None)

    card.refresh_from_db()
    assert card.customer_id == twin.pk


def test_what_somebody_edited_since_stays(ida, twin):
    Customer.objects.filter(pk=twin.pk).update(city="Bonn", company="Holl")
    record = merge(ida, twin)
    edit_customer(Customer.objects.get(pk=ida.pk), fields={"city": "Köln"}, actor=None)

    undo_merge(record, actor=None)

    left = Customer.objects.get(pk=ida.pk)
    assert (left.city, left.company) == ("Köln", "")


def test_another_email_since_the_merge_stays_and_the_alias_goes_back(organisation, ida, twin):
    record = merge(ida, twin)
    edit_customer(Customer.objects.get(pk=ida.pk), fields={"email": "new@example.org"}, actor=None)

    undo_merge(record, actor=None)

    assert Customer.objects.get(pk=ida.pk).email == "new@example.org"
    assert Customer.objects.get(pk=twin.pk).email == "ii@example.org"
    assert ContactPoint.objects.get(key="ida@example.org").customer_id == ida.pk
    assert list(broken_invariants(organisation)) == []


def test_a_chosen_email_goes_back_and_the_survivor_has_its_own_again(organisation, ida, twin):
    record = merge(ida, twin, choices={"email": twin.pk, "phone": twin.pk})

    undo_merge(record, actor=None)

    assert Customer.objects.get(pk=ida.pk).email == "ida@example.org"
    assert Customer.objects.get(pk=twin.pk).email == "ii@example.org"
    assert list(broken_invariants(organisation)) == []


def agree(customer, purpose=Purpose.MARKETING):
    grant_consent(customer, purpose, method="paper", occurred_at=timezone.now(), actor=None)


def test_a_withdrawal_wins_over_a_later_grant(organisation, ida, twin):
    withdraw_consent(twin, Purpose.SYSTEM, actor=None)
    agree(ida, Purpose.SYSTEM)

    record = merge(ida, twin)

    left = Customer.objects.get()
    assert not left.system_consent
    actions = ConsentEntry.objects.filter(customer=left).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["withdrawn", "granted", "withdrawn"]
    assert list(broken_invariants(organisation)) == []
    undo_merge(record, actor=None)
    assert Customer.objects.get(pk=ida.pk).system_consent


def test_who_was_never_asked_takes_nothing_away(ida, twin):
    agree(twin, Purpose.SYSTEM)
    merge(ida, twin)
    assert Customer.objects.get().system_consent


def test_a_marketing_consent_for_another_email_is_to_be_asked_for_anew(organisation, ida, twin):
    agree(twin)

    merge(ida, twin)

    newest = ConsentEntry.objects.latest("pk")
    assert newest.action == ConsentAction.PENDING
    assert not Customer.objects.get().marketing_consent
    assert list(broken_invariants(organisation)) == []


def test_with_the_email_the_consent_stays(ida, twin):
    agree(twin)
    merge(ida, twin, choices={"email": twin.pk})
    assert Customer.objects.get().marketing_consent


def test_a_withdrawal_after_the_merge_holds_for_both(organisation, ida, twin):
    agree(ida)
    agree(twin)
    record = merge(ida, twin)
    withdraw_consent(Customer.objects.get(), Purpose.MARKETING, actor=None)

    undo_merge(record, actor=None)

    assert not Customer.objects.filter(marketing_consent=True).exists()
    assert list(broken_invariants(organisation)) == []


def test_a_split_that_is_merged_back_cannot_be_undone_until_the_merge_is(organisation, ida):
    order = make_order(ida)
    fields = {"first_name": "Otto", "last_name": "Ohne", "email": "otto@example.org", "phone": ""}
    split = split_customer(ida, order_ids=[order.pk], fields=fields, actor=None)
    taker = split.taker

    record = merge(ida, taker)

    split.refresh_from_db()
    assert not split.can_be_undone
    undo_merge(record, actor=None)
    split.refresh_from_db()
    assert split.can_be_undone
    assert split.taker_id == taker.pk


def test_a_later_merge_is_undone_first(organisation, ida, twin):
    first = merge(ida, twin)
    second = merge(ida, make_customer(organisation))

    with pytest.raises(MergedSince) as since:
        undo_merge(first, actor=None)

    assert since.value.later == second
    undo_merge(second, actor=None)
    undo_merge(first, actor=None)
    assert Customer.objects.count() == 3


def test_when_the_survivor_is_merged_in_turn_both_old_ids_lead_to_the_last_one(organisation, ida, twin):
    third = make_customer(organisation)
    merge(ida, twin)
    merge(third, ida)

    where = MergedCustomer.objects.values_list("old_id", "merge__survivor")
    assert sorted(where) == sorted([(twin.pk, third.pk), (ida.pk, third.pk)])


def test_a_merge_is_undone_once(ida, twin):
    record = merge(ida, twin)
    undo_merge(record, actor=None)
    with pytest.raises(MergeOver):
        undo_merge(record, actor=None)


def test_after_thirty_days_it_cannot_be_undone_and_nothing_personal_is_kept(ida, twin):
    record = merge(ida, twin)
    CustomerMerge.objects.update(merged_at=timezone.now() - timedelta(days=31))

    forget_old_merges()

    record.refresh_from_db()
    assert record.kept == {}
    with pytest.raises(MergeOver):
        undo_merge(record, actor=None)
