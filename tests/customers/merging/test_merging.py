import pytest
from django.utils import timezone

from customers.choices import Purpose
from customers.consent import grant_consent
from customers.invariants import broken_invariants
from customers.merging import MergeRefused, MergeWish, StaleMerge, merge_customers, undo_merge
from customers.models import ContactPoint, Customer, CustomerMerge
from customers.records import tag_many
from orders.models import Order
from tests.factories import make_customer, make_order
from tests.orders.factories import make_programme


@pytest.fixture
def ida(organisation):
    return make_customer(organisation, first_name="Ida", last_name="Ingwer", email="ida@example.org")


@pytest.fixture
def twin(organisation, ida):
    """Stored later."""
    return make_customer(
        organisation, first_name="I.", last_name="Ingwer", email="ii@example.org", city="Bonn"
    )


def merge(survivor, *others, actor=None, **more):
    wish = MergeWish(survivor.pk, tuple(one.pk for one in others), **more)
    return merge_customers(survivor.organisation, wish, actor=actor)


def test_one_customer_is_left_with_the_orders_and_figures_of_both(organisation, ida, twin):
    make_programme(organisation)
    for customer in (ida, twin):
        make_order(customer, cents=1_000)

    merge(ida, twin)

    assert Customer.objects.get() == ida
    assert set(Order.objects.values_list("customer", flat=True)) == {ida.pk}
    stats = Customer.objects.get().stats
    assert (stats.receipts_count, stats.revenue_cents, stats.points) == (2, 2_000, 20)
    assert list(broken_invariants(organisation)) == []


def test_the_survivor_keeps_its_values_and_gets_what_it_lacks(ida, twin):
    merge(ida, twin)

    left = Customer.objects.get()
    assert (left.first_name, left.email, left.city) == ("Ida", "ida@example.org", "Bonn")


def test_values_are_chosen_field_by_field(ida, twin):
    merge(ida, twin, choices={"first_name": twin.pk, "email": twin.pk})

    left = Customer.objects.get()
    assert (left.first_name, left.email, left.phone) == ("I.", "ii@example.org", ida.phone)


def test_what_is_not_chosen_stays_as_an_alias_that_finds_the_survivor(ida, twin):
    merge(ida, twin)

    aliases = ContactPoint.objects.filter(customer=ida, place=None)
    assert set(aliases.values_list("key", flat=True)) == {"ii@example.org", twin.phone}
    assert make_order(twin, location=ida.location).customer_id == ida.pk


def test_tags_and_notes_are_united(organisation, ida, twin):
    Customer.objects.filter(pk=ida.pk).update(notes="By the window")
    Customer.objects.filter(pk=twin.pk).update(notes="Nuts")
    tag_many(organisation, {ida.pk: ["Office"], twin.pk: ["Office", "Terrace"]})

    merge(ida, twin)

    left = Customer.objects.get()
    assert (left.notes, left.tags_text) == ("By the window\n\nNuts", "Office, Terrace")


def test_an_active_one_makes_the_survivor_active(ida, twin):
    Customer.objects.filter(pk=ida.pk).update(is_active=False)
    merge(ida, twin)
    assert Customer.objects.get().is_active


@pytest.mark.parametrize("ids", [(1,), (1, 1), (1, 2, 2)])
def test_who_cannot_be_merged_is_refused(organisation, ids):
    with pytest.raises(MergeRefused):
        merge_customers(organisation, MergeWish(ids[0], ids[1:]), actor=None)


def test_somebody_who_is_merged_already_makes_it_stale(ida, twin):
    merge(ida, twin)
    with pytest.raises(StaleMerge) as stale:
        merge(ida, twin)
    assert stale.value.ids == [twin.pk]


def test_somebody_who_changed_since_makes_it_stale(ida, twin):
    with pytest.raises(StaleMerge):
        merge(ida, twin, seen={twin.pk: timezone.now()})
    assert not CustomerMerge.objects.exists()


def test_a_customer_of_another_organisation_is_not_there(organisation, other_organisation, ida):
    foreign = make_customer(other_organisation)
    with pytest.raises(StaleMerge):
        merge(ida, foreign)


def test_an_undo_gives_everybody_back_what_was_theirs(organisation, ida, twin):
    make_programme(organisation)
    grant_consent(twin, Purpose.MARKETING, method="paper", occurred_at=timezone.now(), actor=None)
    order = make_order(twin)

    undo_merge(merge(ida, twin), actor=None)

    order.refresh_from_db()
    assert order.customer_id == twin.pk
    assert Customer.objects.get(pk=twin.pk).marketing_consent
    assert not Customer.objects.get(pk=ida.pk).marketing_consent
    assert Customer.objects.get(pk=ida.pk).city == ""
    assert list(broken_invariants(organisation)) == []
