"""Whoever is merged and parted in whatever order: in the end everybody has what they had."""

from contextlib import suppress
from uuid import uuid4

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.choices import Purpose
from customers.consent import grant_consent
from customers.consent.ledger import withdraw_consent
from customers.contacts.changing import add_point
from customers.invariants import broken_invariants
from customers.merging import MergedSince, MergeWish, StaleMerge, merge_customers, undo_merge
from customers.models import Customer, CustomerMerge, DuplicateCandidate
from customers.records import tag_many
from loyalty.imported_points import store_opening_points
from loyalty.points import PointsLine, add_lines
from tests.customers.merging.pictures import picture_of
from tests.factories import make_customer, make_order, make_organisation
from tests.loyalty.factories import make_card
from tests.orders.factories import make_programme, make_reservation

PEOPLE = 4
numbers = st.integers(0, PEOPLE - 1)
DEEDS = ("order", "card", "reserve", "tag", "opening", "grant", "withdraw", "redeem", "shared", "pair")
histories = st.lists(st.tuples(st.sampled_from(DEEDS), numbers, numbers), max_size=14)
steps = st.lists(st.tuples(st.booleans(), numbers, st.sets(numbers, min_size=1, max_size=2)), max_size=6)


def do(organisation, deed, customer, other):
    """Something that leaves its traces on a customer."""
    agreed = {"method": "paper", "occurred_at": timezone.now(), "actor": None}
    if deed == "order":
        make_order(customer, cents=1_000)
    elif deed == "card":
        make_card(organisation, customer=customer)
    elif deed == "reserve":
        make_reservation(customer.location, customer)
    elif deed == "tag":
        tag_many(organisation, {customer.pk: [f"tag {other.pk % 2}", "all"]})
    elif deed == "opening":
        store_opening_points(organisation, {customer.pk: 50}, actor=None)
    elif deed == "grant":
        grant_consent(customer, Purpose.MARKETING, **agreed)
    elif deed == "withdraw":
        withdraw_consent(customer, Purpose.MARKETING, actor=None)
    elif deed == "redeem" and Customer.objects.get(pk=customer.pk).stats.points >= 5:
        add_lines(organisation, [PointsLine(customer.pk, "redeemed", -5, timezone.now())])
    elif deed == "shared":
        with suppress(Exception):
            add_point(customer, value="+4930111222", is_shared=True, actor=None)
    elif deed == "pair" and customer != other:
        one, two = sorted((customer.pk, other.pk))
        DuplicateCandidate.objects.get_or_create(
            one_id=one, other_id=two, defaults={"organisation": organisation, "reasons": ["phone"]}
        )


def step(organisation, people, is_merge, first, others):
    if is_merge:
        wish = MergeWish(people[first].pk, tuple(people[n].pk for n in sorted(others - {first})))
        if wish.merged_ids:
            with suppress(StaleMerge):
                merge_customers(organisation, wish, actor=None)
        return
    merges = CustomerMerge.objects.filter(organisation=organisation, undone_at=None).order_by("pk")
    for merge in merges[first : first + 1]:
        with suppress(MergedSince):
            undo_merge(merge, actor=None)


def undo_all(organisation):
    for merge in CustomerMerge.objects.filter(organisation=organisation, undone_at=None).order_by("-pk"):
        merge.refresh_from_db()
        undo_merge(merge, actor=None)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, sequence=steps)
def test_merges_and_undos_end_where_they_began(db, history, sequence):
    organisation = make_organisation(slug=f"any-{uuid4()}")
    make_programme(organisation, expires_after_months=12)
    people = [make_customer(organisation) for _ in range(PEOPLE)]
    for deed, one, other in history:
        do(organisation, deed, people[one], people[other])
    before = picture_of(organisation)

    for is_merge, first, others in sequence:
        step(organisation, people, is_merge, first, others)
        assert list(broken_invariants(organisation)) == []
    undo_all(organisation)

    assert picture_of(organisation) == before
    assert list(broken_invariants(organisation)) == []
