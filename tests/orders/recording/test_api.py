"""Orders over HTTP: stored once, answered again, refused with the place of what is wrong (TRUST I6)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer
from orders.models import Order
from tests.api.till import Till, wrong_places
from tests.factories import make_location, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]

NUMBER = "A-1"
ORDER = {
    "source": "web",
    "external_id": NUMBER,
    "placed_at": "2026-03-14T18:30:00+01:00",
    "service_type": "pickup",
    "customer": {"phone": "0171 3920087", "first_name": "Paula", "last_name": "Pfeffer"},
    "lines": [
        {"item": "Käsespätzle", "quantity": 2, "unit_price_cents": 1250, "tax_rate": 7},
        {"item": "Apfelschorle", "quantity": 1, "unit_price_cents": 390, "tax_rate": "19.00"},
    ],
    "tip_cents": 200,
    "discount_cents": 90,
    "payments": [{"method": "EC", "amount_cents": 3000}],
}
LINE = ORDER["lines"][0]


def test_an_order_is_stored_with_its_customer(till, organisation):
    response = till().post("/orders", ORDER)

    order = Order.objects.get()
    assert response.status_code == 201
    assert (order.organisation, order.total_cents, order.tip_cents) == (organisation, 2_800, 200)
    assert [line.name for line in order.lines.all()] == ["Käsespätzle", "Apfelschorle"]
    assert (order.customer.phone, order.customer.source) == ("+491713920087", "web")
    assert (response.json()["id"], response.json()["total_cents"]) == (order.pk, 2_800)


def test_sent_again_it_gets_the_first_answer(till):
    first, again = till().post("/orders", ORDER), till().post("/orders", ORDER)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Order.objects.count() == 1


def test_a_moment_in_another_zone_is_the_same_order(till):
    till().post("/orders", ORDER)

    assert till().post("/orders", ORDER | {"placed_at": "2026-03-14T17:30:00Z"}).status_code == 200


def test_another_order_under_the_same_number_is_a_conflict(till):
    till().post("/orders", ORDER)

    response = till().post("/orders", ORDER | {"tip_cents": 201})

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert Order.objects.get().tip_cents == 200


def test_another_source_has_numbers_of_its_own(till):
    till().post("/orders", ORDER)

    assert till().post("/orders", ORDER | {"source": "store"}).status_code == 201


def test_with_the_module_off_orders_are_kept_without_customer(till, organisation):
    organisation.collects_customers = False
    organisation.save()

    till().post("/orders", ORDER)

    assert Order.objects.get().customer is None
    assert not Customer.objects.exists()


def test_a_phone_that_cannot_be_read_costs_the_customer_not_the_order(till):
    sent = ORDER | {"customer": {"phone": "12", "email": "paula@example.org"}}

    response = till().post("/orders", sent)

    assert response.status_code == 201
    assert [hint["pointer"] for hint in response.json()["hints"]] == ["#/customer/phone"]
    assert Order.objects.get().customer.email == "paula@example.org"
    assert till().post("/orders", sent).json() == response.json()


WRONG = {
    "no number": ({"external_id": ""}, "#/external_id"),
    "a number of nothing to see": ({"external_id": " \u200b "}, "#/external_id"),
    "a long number": ({"external_id": "9" * 81}, "#/external_id"),
    "a number that is none": ({"external_id": 7}, "#/external_id"),
    "no lines": ({"lines": []}, "#/lines"),
    "too many lines": ({"lines": [LINE] * 501}, "#/lines"),
    "no quantity": ({"lines": [LINE | {"quantity": 0}]}, "#/lines/0/quantity"),
    "a quantity as text": ({"lines": [LINE, LINE | {"quantity": "2"}]}, "#/lines/1/quantity"),
    "a quantity as truth": ({"lines": [LINE | {"quantity": True}]}, "#/lines/0/quantity"),
    "a price in euros": ({"lines": [LINE | {"unit_price_cents": 12.5}]}, "#/lines/0/unit_price_cents"),
    "a price of nobody": ({"lines": [LINE | {"unit_price_cents": 10**30}]}, "#/lines/0/unit_price_cents"),
    "a negative price": ({"lines": [LINE | {"unit_price_cents": -1}]}, "#/lines/0/unit_price_cents"),
    "a tax of 700": ({"lines": [LINE | {"tax_rate": 700}]}, "#/lines/0/tax_rate"),
    "control characters": ({"lines": [LINE | {"item": "a\x07b"}]}, "#/lines/0/item"),
    "a moment without offset": ({"placed_at": "2026-03-14T18:30:00"}, "#/placed_at"),
    "a day": ({"placed_at": "2026-03-14"}, "#/placed_at"),
    "seconds since 1970": ({"placed_at": 1_773_500_000}, "#/placed_at"),
    "the end of time": ({"placed_at": "9999-12-31T23:59:59-12:00"}, "#/placed_at"),
    "an unknown source": ({"source": "fax"}, "#/source"),
    "an unknown kind": ({"service_type": "drone"}, "#/service_type"),
    "an unknown state": ({"status": "eaten"}, "#/status"),
    "a negative tip": ({"tip_cents": -1}, "#/tip_cents"),
    "a discount beyond the bill": ({"discount_cents": 999_999}, "#/discount_cents"),
    "a bill beyond all": ({"lines": [LINE | {"quantity": 99_999, "unit_price_cents": 10**9}]}, "#/lines"),
    "an unknown name": ({"totl": 3}, "#/totl"),
    "an unknown name inside": ({"customer": {"fax": "1"}}, "#/customer/fax"),
    "an unknown place": ({"location": "Atlantis"}, "#/location"),
    "no object": ({"customer": "Paula"}, "#/customer"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_its_place(till, case):
    change, place = WRONG[case]

    response = till().post("/orders", ORDER | change)

    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert place in wrong_places(response)
    assert not Order.objects.exists()


def test_an_order_of_next_week_is_refused(till):
    future = (timezone.now() + timedelta(days=7)).isoformat()

    assert wrong_places(till().post("/orders", ORDER | {"placed_at": future})) == {"#/placed_at"}


@pytest.mark.parametrize("name", ["id", "organisation", "fingerprint", "recorded_at", "refunded_cents"])
def test_columns_that_are_not_named_cannot_be_sent(till, name):
    assert wrong_places(till().post("/orders", ORDER | {name: 1})) == {f"#/{name}"}


# ---- Places ---------------------------------------------------------------------------------------


def test_several_locations_have_to_be_told_apart(till, organisation):
    make_location(organisation, name="Am Kanal")

    assert wrong_places(till().post("/orders", ORDER)) == {"#/location"}
    assert till().post("/orders", ORDER | {"location": "am kanal"}).status_code == 201
    assert Order.objects.get().location.name == "Am Kanal"


def test_a_key_of_one_location_speaks_for_no_other(till, organisation, location):
    other = make_location(organisation, name="Am Kanal")
    of_other = till(at=other)

    assert of_other.post("/orders", ORDER).status_code == 201
    assert wrong_places(of_other.post("/orders", ORDER | {"location": location.name})) == {"#/location"}
    assert till(at=location).get(f"/orders/web/{NUMBER}").status_code == 404


def test_a_location_of_another_organisation_is_unknown(till):
    make_location(make_organisation(), name="Secret")

    assert wrong_places(till().post("/orders", ORDER | {"location": "Secret"})) == {"#/location"}


# ---- Looking up -----------------------------------------------------------------------------------


def test_an_order_is_found_by_its_number(till):
    till().post("/orders", ORDER)

    order = till().get(f"/orders/web/{NUMBER}").json()

    assert (order["external_id"], order["total_cents"], order["status"]) == (NUMBER, 2_800, "completed")
    assert order["lines"][0] | {"tax_rate": "7.00"} == order["lines"][0]
    assert order["payments"] == [{"method": "EC", "amount_cents": 3000}]
    assert order["placed_at"] == "2026-03-14T17:30:00Z"


def test_a_number_may_hold_a_slash(till):
    till().post("/orders", ORDER | {"external_id": "2026/17"})

    assert till().get("/orders/web/2026%2F17").json()["external_id"] == "2026/17"


@pytest.mark.parametrize("path", ["web/A-2", "fax/A-1", "web/%00", "web/%ff", f"web/{'9' * 300}"])
def test_what_is_not_there_is_not_found(till, path):
    response = till().get(f"/orders/{path}")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_orders_of_others_look_like_missing_ones(till, outsider, other_organisation):
    till().post("/orders", ORDER)
    stranger = till(of=other_organisation, actor=outsider)

    foreign, missing = stranger.get(f"/orders/web/{NUMBER}"), stranger.get("/orders/web/none")

    assert foreign.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


# ---- Batches --------------------------------------------------------------------------------------


def batch(*orders):
    return {"orders": list(orders)}


def test_each_order_of_a_batch_has_its_own_result(till):
    till().post("/orders", ORDER | {"external_id": "old"})
    sent = batch(
        ORDER,
        ORDER | {"external_id": "old"},
        ORDER | {"external_id": "old", "tip_cents": 1},
        ORDER | {"external_id": "bad", "lines": []},
        ORDER | {"external_id": "bill", "discount_cents": 999_999},
        ORDER | {"external_id": "last"},
    )

    results = till().post("/orders/batch", sent).json()["results"]

    assert [result["status"] for result in results] == [201, 200, 409, 422, 422, 201]
    assert results[3]["problem"]["errors"][0]["pointer"] == "#/lines"
    assert set(Order.objects.values_list("external_id", flat=True)) == {NUMBER, "old", "last"}


def test_a_batch_answers_as_its_orders_would_alone(till):
    alone = till().post("/orders", ORDER).json()

    result = till().post("/orders/batch", batch(ORDER, ORDER)).json()["results"]

    assert [one["order"] for one in result] == [alone, alone]


@pytest.mark.parametrize("orders", [[], [7] * 20_001, {"a": ORDER}, "order", None])
def test_a_batch_has_one_to_twenty_thousand_orders(till, orders):
    response = till().post("/orders/batch", {"orders": orders})

    assert (response.status_code, wrong_places(response)) == (422, {"#/orders"})


def test_a_batch_costs_the_same_for_any_number_of_orders(till):
    one = till()
    one.post("/orders", ORDER)
    costs = []
    for size in (2, 20):
        orders = [ORDER | {"external_id": f"{size}-{number}"} for number in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert one.post("/orders/batch", batch(*orders)).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_an_order_costs_the_same_for_any_number_of_lines(till):
    one = till()
    one.post("/orders", ORDER)
    costs = []
    for size in (1, 30):
        with CaptureQueriesContext(connection) as queries:
            one.post("/orders", ORDER | {"external_id": f"{size}", "lines": [LINE] * size})
        costs.append(len(queries))

    assert costs[0] == costs[1]


# ---- Rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scope", "may"), [("orders:read", False), ("orders:write", True)])
def test_sending_needs_its_scope(till, scope, may):
    response = till(scope).post("/orders", ORDER)

    assert (response.status_code == 201) is may
    assert Order.objects.exists() is may
    assert may or response.json()["scope"] == "orders:write"


def test_reading_needs_its_scope(till):
    assert till("orders:write").get("/orders/web/A-1").status_code == 403


def test_without_a_key_nothing_is_read(client):
    assert Till().post("/orders", "{").status_code == 401
