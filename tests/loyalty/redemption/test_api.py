"""Points on a till's own bill, over HTTP: taken once, never below zero, back with a void (TRUST I1)."""

import pytest

from customers.invariants import broken_invariants
from customers.models import CustomerStats
from loyalty.models import BillRedemption, PointsEntry
from loyalty.points import forget_points
from tests.api.till import wrong_places
from tests.loyalty.factories import make_card
from tests.loyalty.redemption.conftest import BILL
from tests.orders.recording.test_api import ORDER

pytestmark = pytest.mark.django_db
PATH = "/loyalty/redemptions"
TOKEN = {"Idempotency-Key": "p1"}
VOID = {"updated_at": "2026-03-14T19:00:00+01:00", "status": "voided", "reason": "x"}


def balance() -> int:
    return CustomerStats.objects.values_list("points", flat=True).order_by("customer").first()


def test_points_go_and_say_what_they_are_worth(till, bill, organisation):
    response = till().post(PATH, bill)

    assert (response.status_code, response.json()["amount_cents"]) == (201, 200)
    assert balance() == 60
    assert not list(broken_invariants(organisation))


def test_sent_again_they_are_not_taken_again(till, bill):
    first, again = till().post(PATH, bill), till().post(PATH, bill)

    assert (again.status_code, again.json()) == (200, first.json())
    assert balance() == 60


def test_other_points_on_the_same_bill_are_a_conflict(till, bill):
    till().post(PATH, bill)

    assert till().post(PATH, bill | {"points": 41}).json()["code"] == "conflict"


def test_a_token_takes_once(till, bill):
    without = bill | {"external_id": ""}
    first = till().post(PATH, without, **TOKEN)

    assert till().post(PATH, without, **TOKEN).json() == first.json()
    assert till().post(PATH, bill, **TOKEN).status_code == 409
    assert balance() == 60


def test_a_card_or_a_phone_says_whose_points(till, customer, organisation):
    card = make_card(organisation, customer=customer)

    for number, text in enumerate((card.number, "0171 39200012")):
        sent = BILL | {"card": text, "external_id": f"{number}", "points": 20}
        assert till().post(PATH, sent).json()["customer_id"] == customer.pk


@pytest.mark.parametrize("points", [101, 19, 10**9])
def test_what_is_not_there_is_not_taken(till, bill, points):
    response = till().post(PATH, bill | {"points": points, "bill_cents": 10**9})

    assert (response.status_code, response.json()["code"]) == (409, "points_refused")
    assert balance() == 100


def test_no_more_than_the_bill(till, bill):
    assert till().post(PATH, bill | {"bill_cents": 199}).json()["code"] == "points_refused"


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"points": 0}, "points"),
        ({"points": True}, "points"),
        ({"bill_cents": 0}, "bill_cents"),
        ({"card": "1"}, "card"),
        ({"customer_id": None}, "card"),
        ({"customer_id": None, "card": "nobody"}, "card"),
        ({"customer_id": 2**63 - 1}, "customer_id"),
        ({"customer_id": 2**63}, "customer_id"),
        ({"balance": 1}, "balance"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(till, bill, sent, place):
    response = till().post(PATH, bill | sent)

    assert (response.status_code, wrong_places(response)) == (422, {f"#/{place}"})
    assert balance() == 100


def test_a_customer_of_others_is_nobody(till, bill, other_organisation, outsider):
    stranger = till(of=other_organisation, actor=outsider)

    assert wrong_places(stranger.post(PATH, bill)) == {"#/customer_id"}


def test_redeeming_needs_its_scope(till, bill):
    assert till("points:read").post(PATH, bill).status_code == 403


# ---- Coming back -----------------------------------------------------------------------------------


def test_a_void_of_the_order_gives_them_back(till, bill, organisation):
    till().post(PATH, bill)
    till().post("/orders", ORDER | {"discount_cents": 200})

    till().patch("/orders/web/A-1", VOID)

    assert balance() == 100
    assert not list(broken_invariants(organisation))


def test_an_order_that_is_open_already_knows_its_points(till, bill):
    till().post("/orders", ORDER | {"status": "open"})

    till().post(PATH, bill)

    assert PointsEntry.objects.get(kind="redeemed").order.external_id == "A-1"
    till().patch("/orders/web/A-1", VOID)
    assert balance() == 100


def test_nothing_comes_off_a_receipt(till, bill):
    till().post("/orders", ORDER)

    assert till().post(PATH, bill).json()["code"] == "points_refused"


def test_a_bill_that_came_to_nothing_gives_them_back_once(till, bill, organisation):
    number = till().post(PATH, bill).json()["id"]

    first, again = (till().post(f"{PATH}/{number}/release", {}) for _time in range(2))

    assert (first.status_code, first.json()["points"], again.json()) == (200, 40, first.json())
    assert balance() == 100
    till().post("/orders", ORDER)
    till().patch("/orders/web/A-1", VOID)
    assert balance() == 100
    assert not list(broken_invariants(organisation))


def test_a_stored_receipt_keeps_them(till, bill):
    number = till().post(PATH, bill).json()["id"]
    till().post("/orders", ORDER)

    assert till().post(f"{PATH}/{number}/release", {}).json()["code"] == "points_refused"


def test_those_of_others_are_not_there(till, bill, other_organisation, outsider):
    number = till().post(PATH, bill).json()["id"]

    stranger = till(of=other_organisation, actor=outsider)

    assert stranger.post(f"{PATH}/{number}/release", {}).status_code == 404


def test_a_customer_who_goes_takes_them_along(till, bill, customer):
    till().post(PATH, bill)

    forget_points([customer.pk])

    assert not BillRedemption.objects.exists()
