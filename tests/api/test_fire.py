"""Everybody at once, behind the production server with two workers: one customer, each order once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from backoffice.api.keys import make_key
from customers.invariants import broken_invariants
from customers.models import Customer
from orders.models import Order
from tests.factories import make_location, make_user
from tests.orders.recording.test_api import ORDER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("server", [2], indirect=True),
]
SPELLINGS = ["0171 3920012", "+49 171 3920012", "0049-171-3920012", "(0171) 392 00 12", "+491713920012"]
MANY = 50


@pytest.fixture
def fire(server):
    """Send (key, body) pairs from sixteen connections at once; (status, answer) of each, in their order."""

    def send(pair):
        key, order = pair
        status, _headers, text = server.ask("POST", "/api/v1/orders", order, Authorization=f"Bearer {key}")
        return status, json.loads(text)

    def fire(pairs):
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(send, pairs))

    return fire


def ordered(number, phone):
    return ORDER | {"external_id": f"F-{number}", "customer": {"phone": phone, "last_name": "Müller"}}


def test_a_new_phone_in_five_spellings_is_one_customer(fire, till, organisation, location):
    key = till().text
    sent = [(key, ordered(n, SPELLINGS[n % len(SPELLINGS)])) for n in range(MANY)]
    assert Counter(status for status, _answer in fire(sent)) == {201: MANY}
    customer = Customer.objects.get()
    assert (customer.phone, customer.stats.receipts_count) == ("+491713920012", MANY)
    assert Order.objects.filter(customer=customer).count() == MANY
    assert list(broken_invariants(organisation)) == []


def test_the_same_order_is_stored_once(fire, till, location):
    answers = fire([(till().text, ordered(1, SPELLINGS[0]))] * MANY)
    assert Counter(status for status, _answer in answers) == {201: 1, 200: MANY - 1}
    assert len({json.dumps(answer) for _status, answer in answers}) == 1
    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)


def test_two_houses_share_numbers_and_phones(fire, till, organisation, location, other_organisation):
    make_location(other_organisation)
    admin = make_user(other_organisation, role="admin")
    theirs = make_key(organisation=other_organisation, name="x", scopes=["orders:write"], actor=admin)[1]
    ours = till().text
    sent = [(key, ordered(n, SPELLINGS[0])) for n in range(MANY) for key in (ours, theirs)]
    assert Counter(status for status, _answer in fire(sent)) == {201: 2 * MANY}
    for house in (organisation, other_organisation):
        assert Order.objects.filter(organisation=house).count() == MANY
        assert Customer.objects.of(house).get().stats.receipts_count == MANY
