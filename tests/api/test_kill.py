"""`kill -9` of the real server: what was answered is stored, and sent again it gets its first answer
(TRUST I6, I7)."""

import json
import threading
import time
from datetime import timedelta
from http.client import HTTPException

import pytest

from customers.invariants import broken_invariants
from loyalty.points import PointsLine, add_lines
from orders.models import Order
from tests.customers.consent.test_api import GRANT
from tests.customers.records.test_api import PAULA
from tests.factories import make_customer
from tests.orders.factories import MORNING, make_programme, make_table
from tests.orders.recording.test_api import ORDER
from tests.orders.reservations.test_api import PARTY, TOMORROW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PAUL = PAULA | {"phone": "0171 3920099", "email": "paul@example.org"}
LUNCH = PARTY | {"external_id": "", "starts_at": (TOMORROW - timedelta(hours=6)).isoformat()}
UPDATE = {"updated_at": "2026-03-14T19:00:00+01:00", "status": "completed"}


@pytest.fixture
def customer(organisation, location):
    make_programme(organisation)
    make_table(location)
    customer = make_customer(organisation, phone="+4917139200055")
    add_lines(organisation, [PointsLine(customer.pk, "adjusted", 100, MORNING)])
    return customer


@pytest.fixture
def ask(server, till):
    key = {"Authorization": f"Bearer {till().text}"}

    def ask(method, path, body, **headers):
        status, _headers, text = server.ask(method, f"/api/v1{path}", body, **key, **headers)
        return status, json.loads(text)

    return ask


def token(text):
    return {"Idempotency-Key": text}


def writes(customer):
    """(method, path, body, headers, what another body says) of each endpoint that writes."""
    bill = {"customer_id": customer.pk, "points": 20, "bill_cents": 900, "external_id": "B-1"}
    consent = f"/customers/{customer.pk}/consents/marketing"
    return [
        ("POST", "/orders", ORDER | {"status": "open"}, {}, {"tip_cents": 1}),
        ("PATCH", "/orders/web/A-1", UPDATE, token("u"), {"status": "voided", "reason": "x"}),
        ("POST", "/orders", ORDER | {"external_id": "A-2"}, {}, {"tip_cents": 1}),
        ("POST", "/reservations", PARTY, {}, {"party_size": 1}),
        ("POST", "/reservations", LUNCH, token("r"), {"party_size": 1}),
        ("POST", "/customers", PAUL, token("c"), {"first_name": "Pauline"}),
        ("POST", "/loyalty/redemptions", bill, {}, {"points": 21}),
        ("POST", "/loyalty/redemptions", bill | {"external_id": ""}, token("p"), {"points": 21}),
        ("PUT", consent, GRANT, {}, None),
    ]  # fmt: skip


def test_answers_outlive_the_server(server, ask, customer):
    sent = writes(customer)
    first = [ask(method, path, body, **headers) for method, path, body, headers, _other in sent]
    assert {status for status, _answer in first} <= {200, 201}, first
    server.kill()
    server.start()

    again = [ask(method, path, body, **headers) for method, path, body, headers, _other in sent]

    assert [answer for _status, answer in again] == [answer for _status, answer in first]
    assert {status for status, _answer in again} == {200}
    for method, path, body, headers, other in sent:
        if other:
            assert ask(method, path, body | other, **headers)[0] == 409, path


def test_a_batch_outlives_the_server(server, ask, customer):
    orders = [ORDER | {"external_id": f"{number}"} for number in range(50)]
    _status, first = ask("POST", "/orders/batch", {"orders": orders})
    server.kill()
    server.start()

    _status, again = ask("POST", "/orders/batch", {"orders": orders})

    assert [one["order"] for one in again["results"]] == [one["order"] for one in first["results"]]
    assert {one["status"] for one in again["results"]} == {200}


def test_killed_under_load_nothing_that_was_answered_is_lost(server, ask, organisation, customer):
    answered, stop = {}, threading.Event()

    def send(number):
        while not stop.is_set():
            order = ORDER | {"external_id": f"{number}-{len(answered)}"}
            try:
                _status, answered[order["external_id"]] = ask("POST", "/orders", order)
            except (OSError, HTTPException):
                return

    senders = [threading.Thread(target=send, args=[number]) for number in range(4)]
    for sender in senders:
        sender.start()
    time.sleep(2)
    server.kill()
    stop.set()
    for sender in senders:
        sender.join(timeout=30)
    server.start()

    stored = dict(Order.objects.values_list("external_id", "pk"))
    assert answered
    assert {number: answer["id"] for number, answer in answered.items()}.items() <= stored.items()
    assert not list(broken_invariants(organisation))
