"""Orders of one customer become those of a new one, with figures and points, and back again."""

from datetime import timedelta

import pytest

from customers.invariants import broken_invariants
from customers.models import ContactPoint, Customer, CustomerStats
from orders.correcting import NothingToSplit, SplitOver, split_customer, undo_split, void_order
from orders.models import CustomerSplit, Order
from tests.factories import make_customer, make_order
from tests.orders.factories import make_programme

PHONE, OTHER = "+4917139200012", "+4917139200099"
NEW = {"first_name": "Bernd", "last_name": "Bauer", "phone": "", "email": ""}


@pytest.fixture
def anna(organisation):
    make_programme(organisation)
    return make_customer(organisation, first_name="Anna", last_name="Alt", phone=PHONE, phone2=OTHER)


@pytest.fixture
def orders(anna):
    return [make_order(anna, cents=cents) for cents in (1_000, 2_000, 4_000)]


def figures(customer) -> tuple[int, int, int]:
    stats = CustomerStats.objects.get(pk=customer.pk)
    return stats.receipts_count, stats.revenue_cents, stats.points


def split(anna, orders, **fields) -> CustomerSplit:
    ids = [order.pk for order in orders]
    return split_customer(anna, order_ids=ids, fields=NEW | fields, actor=None)


def test_figures_and_points_go_with_the_orders(anna, orders, organisation):
    done = split(anna, orders[1:])

    assert figures(anna) == (1, 1_000, 10)
    assert figures(done.taker) == (2, 6_000, 60)
    assert list(broken_invariants(organisation)) == []


def test_a_further_number_goes_along(anna, orders, organisation):
    done = split(anna, orders[1:], phone=OTHER)

    anna.refresh_from_db()
    assert (anna.phone2, done.taker.phone) == ("", OTHER)
    assert not ContactPoint.objects.get(key=OTHER).is_shared
    assert list(broken_invariants(organisation)) == []


def test_it_can_be_undone_as_if_it_had_never_been(anna, orders, organisation):
    before = figures(anna)
    done = split(anna, orders[1:], phone=OTHER)

    undo_split(done, actor=None)

    anna.refresh_from_db()
    assert (figures(anna), anna.phone2) == (before, OTHER)
    assert set(Order.objects.values_list("customer_id", flat=True)) == {anna.pk}
    assert not Customer.objects.filter(pk=done.taker_id, is_active=True).exists()
    assert list(broken_invariants(organisation)) == []


def test_what_is_undone_stays_so(anna, orders):
    done = split(anna, orders[1:])
    CustomerSplit.objects.filter(pk=done.pk).update(undone_at=done.split_at)
    with pytest.raises(SplitOver):
        undo_split(done, actor=None)


def test_voided_orders_stay(anna, orders):
    void_order(orders[0], reason="Irrtum")
    with pytest.raises(NothingToSplit):
        split(anna, orders[:1])
    assert Customer.objects.count() == 1


def test_a_manager_splits_on_the_page_and_back(anna, orders, sign_in, manager):
    client = sign_in(manager)
    assert 'name="order"' in client.get(f"/customers/{anna.pk}/?tab=orders").content.decode()
    query = f"order={orders[1].pk}&order={orders[2].pk}"
    page = client.get(f"/customers/{anna.pk}/split/?{query}")
    assert "2 orders of Anna Alt" in page.content.decode()

    ids = [orders[1].pk, orders[2].pk]
    client.post(f"/customers/{anna.pk}/split/", NEW | {"phone": "0171 39200099", "order": ids})
    done = CustomerSplit.objects.get()
    assert done.taker.name == "Bernd Bauer"
    client.post(f"/orders/splits/{done.pk}/undo/")
    assert figures(anna)[0] == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "0171 39200012"}, "Is the first one of Anna Alt"),
        ({"phone": "12"}, "Digits are missing"),
        ({"last_name": ""}, "required"),
        ({"email": "x@"}, "valid"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_moves(anna, orders, sign_in, manager, fields, words):
    data = NEW | fields | {"order": [orders[0].pk]}
    response = sign_in(manager).post(f"/customers/{anna.pk}/split/", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert (Customer.objects.count(), figures(anna)[0]) == (1, 3)


def test_without_a_ticked_order_nothing_is_asked(anna, sign_in, manager):
    response = sign_in(manager).get(f"/customers/{anna.pk}/split/?order=x&order=999")
    assert response.status_code == 302


@pytest.mark.parametrize("tab", ["orders", "activity"])
def test_both_profiles_say_so_and_offer_undo_for_thirty_days(sign_in, manager, anna, orders, tab):
    done = split(anna, orders[1:])
    client = sign_in(manager)
    given = client.get(f"/customers/{anna.pk}/?tab={tab}").content.decode()
    taken = client.get(f"/customers/{done.taker_id}/?tab={tab}").content.decode()
    assert "2 receipts were taken to another customer" in given and f"/customers/{done.taker_id}/" in given
    assert "2 receipts came from another customer" in taken and f"/customers/{anna.pk}/" in taken
    undo = f'formaction="/orders/splits/{done.pk}/undo/"'
    assert undo in given and undo in taken

    CustomerSplit.objects.update(split_at=done.split_at - timedelta(days=31))
    later = client.get(f"/customers/{anna.pk}/?tab={tab}").content.decode()
    assert "2 receipts were taken" in later and undo not in later


def test_who_may_not_move_orders_gets_no_undo_and_what_is_undone_is_not_told(sign_in, staff, anna, orders):
    done = split(anna, orders[1:])
    assert "/undo/" not in sign_in(staff).get(f"/customers/{anna.pk}/?tab=orders").content.decode()
    undo_split(done, actor=None)
    assert "were taken" not in sign_in(staff).get(f"/customers/{anna.pk}/?tab=orders").content.decode()
