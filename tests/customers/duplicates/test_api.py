"""Merging over HTTP: first what would be, then the merge; old ids say where they went."""

import pytest

from customers.merging import undo_merge
from customers.models import Customer, CustomerMerge
from tests.customers.merging.test_merging import merge
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.usefixtures("location")


@pytest.fixture
def two(organisation):
    pair = [make_customer(organisation) for _ in range(2)]
    make_order(pair[1], cents=1_500)
    return pair


def test_a_dry_run_says_what_would_be_and_changes_nothing(till, two):
    answer = till().post(f"/customers/{two[0].pk}/merge", {"merge": [two[1].pk], "dry_run": True})

    assert answer.status_code == 200
    said = answer.json()
    assert (said["merge_id"], said["merged"], said["receipts"]) == (None, [two[1].pk], 1)
    assert said["revenue_cents"] == 1_500
    assert Customer.objects.count() == 2


def test_they_are_merged_and_values_chosen(till, two):
    wish = {"merge": [two[1].pk], "values": {"last_name": two[1].pk}}

    answer = till().post(f"/customers/{two[0].pk}/merge", wish)

    assert answer.status_code == 200
    assert answer.json()["merge_id"] == CustomerMerge.objects.get().pk
    assert Customer.objects.get().last_name == two[1].last_name


def test_sent_again_it_finds_the_first_merge(till, two):
    first, again = (
        till().post(f"/customers/{two[0].pk}/merge", {"merge": [two[1].pk]}).json() for _ in range(2)
    )
    assert again["merge_id"] == first["merge_id"]
    assert CustomerMerge.objects.count() == 1


def test_old_ids_say_whose_they_are_until_the_undo(till, two):
    record = merge(*two)

    answer = till().get(f"/customers/{two[1].pk}")

    assert (answer.status_code, answer.json()["merged_into"]) == (404, two[0].pk)
    assert till().get(f"/customers/{two[1].pk}/points").json()["merged_into"] == two[0].pk
    undo_merge(record, actor=None)
    assert till().get(f"/customers/{two[1].pk}").status_code == 200


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"merge": []}, 422),
        ({"merge": [1], "values": {"nonsense": 1}}, 422),
        ({"merge": [987_654_321]}, 409),
        ({}, 422),
    ],
)
def test_what_cannot_be_is_refused(till, two, wish, status):
    answer = till().post(f"/customers/{two[0].pk}/merge", wish)
    assert answer.status_code == status
    assert Customer.objects.count() == 2


def test_oneself_is_nobody_to_merge_with(till, two):
    answer = till().post(f"/customers/{two[0].pk}/merge", {"merge": [two[0].pk]})
    assert answer.status_code == 422


def test_customers_of_others_are_not_there(till, two, other_organisation):
    foreign = make_customer(other_organisation)
    assert till().post(f"/customers/{two[0].pk}/merge", {"merge": [foreign.pk]}).status_code == 409
    assert till().post(f"/customers/{foreign.pk}/merge", {"merge": [two[0].pk]}).status_code == 404


def test_a_key_without_the_scope_may_not(till, two):
    answer = till("customers:write").post(f"/customers/{two[0].pk}/merge", {"merge": [two[1].pk]})
    assert answer.status_code == 403


def test_lists_and_searches_know_the_survivor_alone(till, two):
    merge(*two)
    found = till().get("/customers", phone=two[1].phone).json()["customers"]
    assert [one["id"] for one in found] == [two[0].pk]
