"""Batches of any length: what is no JSON stores nothing, what is cut off is sent again (TRUST I6, I7)."""

import json

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from backoffice.api.bodies import LONG_BYTES, MAX_BYTES
from backoffice.api.long_lists import items_of
from backoffice.api.problems import Problem
from customers.invariants import broken_invariants
from customers.models import Customer
from orders.models import Order
from orders.recording import bulk
from orders.recording.api.shapes import MAX_BATCH, BatchIn
from tests.orders.recording.test_api import ORDER

PATH = "/orders/batch"


def read(text) -> list:
    """What a body of this text holds."""
    body = text if isinstance(text, bytes) else text.encode()
    request = RequestFactory().post("/", body, content_type="application/json")
    return list(items_of(request, BatchIn, "orders"))


LONG = "ä" * 40_000
MIXED = [True, False, None, 1.5, "\\"] * 90


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('{"orders":[1]}', [1]),
        (' \r\n{ "orders" :\t[ 1 , {"a": [2]} ,null ] } \n', [1, {"a": [2]}, None]),
        ('{"\\u006frders": [1]}', [1]),
        (json.dumps({"orders": [LONG, {"a": LONG}, "]}"]}), [LONG, {"a": LONG}, "]}"]),
        (json.dumps({"orders": [LONG]}, ensure_ascii=False), [LONG]),
        (json.dumps({"orders": ["€" * 3_000] * 50}), ["€" * 3_000] * 50),
        (json.dumps({"orders": ["😀" * 3_000] * 50}), ["😀" * 3_000] * 50),
        (json.dumps({"orders": [MIXED] * 40}), [MIXED] * 40),
    ],
)
def test_every_item_is_read(text, items):
    assert read(text) == items


NO_JSON = {
    "nothing": " ",
    "a list that does not end": '{"orders":[1,2',
    "an object that does not end": '{"orders":[1,2]',
    "a comma too many": '{"orders":[1,]}',
    "a comma too few": '{"orders":[1 2]}',
    "something behind": '{"orders":[1]} 2',
    "NaN": '{"orders":[1,NaN]}',
    "a name twice": '{"orders":[{"a":1,"a":2}]}',
    "the list twice": '{"orders":[1],"orders":[2]}',
    "half a character": '{"orders":["\\ud800"]}',
    "latin-1": '{"orders":["ä"]}'.encode("latin-1"),
    "too deep": '{"orders":[' + "[" * 17 + "]" * 17 + "]}",
    "far too deep": '{"orders":[' + "[" * 300_000,
    "a number of 5000 digits": '{"orders":[' + "9" * 5_000 + "]}",
    "a slip in a long one": '{"orders":[{"a":1},{"a" 1},"' + "x" * 100_000 + '"]}',
    "one item too large": '{"orders":["' + "x" * MAX_BYTES + '"]}',
    "another form of this size": '{"orders":{"a":"' + "x" * MAX_BYTES + '"}}',
}


@pytest.mark.parametrize("case", NO_JSON)
def test_what_is_no_json_is_refused(case):
    with pytest.raises(Problem) as refused:
        read(NO_JSON[case])

    assert (refused.value.status, refused.value.code) == (400, "invalid_json")


def test_the_place_of_a_slip_is_told():
    with pytest.raises(Problem) as refused:
        read('{"orders":[{"a":1},\n{"a" 1},"' + "x" * 100_000 + '"]}')

    assert refused.value.detail == "Expecting ':' delimiter at line 2, column 6."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{}", "#/orders"),
        ("[]", "#"),
        ('{"orders":[]}', "#/orders"),
        ('{"orders":[1],"more":2}', "#/more"),
        (f'{{"orders":[{"1," * MAX_BATCH}1]}}', "#/orders"),
    ],
)
def test_a_body_of_another_form_is_refused_with_its_place(text, place):
    with pytest.raises(Problem) as refused:
        read(text)

    assert refused.value.status == 422
    assert place in {error["pointer"] for error in refused.value.errors}


@pytest.mark.django_db
@pytest.mark.usefixtures("location")
def test_more_than_two_mebibytes_are_taken_and_more_than_the_limit_is_not(till):
    sent = json.dumps({"orders": [ORDER]})

    assert till().post(PATH, sent + " " * MAX_BYTES * 2).status_code == 200
    assert till().post(PATH, " " * LONG_BYTES + sent).status_code == 413
    assert till().post(PATH, sent, content_type="text/plain").status_code == 415


@pytest.mark.django_db
@pytest.mark.usefixtures("location")
def test_a_slip_at_the_end_stores_nothing(till):
    text = json.dumps({"orders": [ORDER] * 3})

    assert till().post(PATH, text.removesuffix("}]}") + "]}").status_code == 400
    assert not Order.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("location")
@pytest.mark.parametrize("order", [7, None, "order", [], {}])
def test_what_is_no_order_is_refused_alone(till, order):
    results = till().post(PATH, {"orders": [order, ORDER]}).json()["results"]

    assert [result["status"] for result in results] == [422, 201]


@pytest.mark.django_db
@pytest.mark.usefixtures("location")
def test_a_batch_that_broke_off_is_sent_again(till, monkeypatch):
    orders = [ORDER | {"external_id": f"{number}"} for number in range(1_200)]
    seen, write = [], bulk.write_batch

    def break_off(*args, **options):
        seen.append(args)
        if len(seen) == 2:
            raise OperationalError
        return write(*args, **options)

    monkeypatch.setattr(bulk, "write_batch", break_off)
    monkeypatch.setitem(bulk.ROWS, connection.vendor, 1_000)
    one = till()
    assert one.post(PATH, {"orders": orders}).status_code == 503
    assert 0 < (stored := Order.objects.count()) < 1_200

    results = one.post(PATH, {"orders": orders}).json()["results"]

    statuses = [result["status"] for result in results]
    assert (statuses.count(200), statuses.count(201)) == (stored, 1_200 - stored)


@pytest.mark.slow
@pytest.mark.django_db
def test_twenty_thousand_orders_are_one_batch(till, organisation, location):
    orders = [
        ORDER
        | {"external_id": f"{number}", "customer": {"phone": f"+4930{23125000 + number % 3_000}"}}
        | ({"lines": []} if number == 7_777 else {})
        for number in range(MAX_BATCH)
    ]

    results = till().post(PATH, {"orders": orders}).json()["results"]

    assert [result["index"] for result in results] == list(range(MAX_BATCH))
    assert [result["index"] for result in results if result["status"] != 201] == [7_777]
    assert (Order.objects.count(), Customer.objects.count()) == (MAX_BATCH - 1, 3_000)
    assert not list(broken_invariants(organisation))
    assert wrong_places_of(results[7_777]) == {"#/lines"}


def wrong_places_of(result) -> set[str]:
    return {error["pointer"] for error in result["problem"]["errors"]}
