"""Updates of orders over HTTP."""

import pytest

from orders.models import Order, OrderRefund
from tests.api.till import wrong_places
from tests.factories import make_location
from tests.orders.recording.test_api import NUMBER, ORDER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]
PATH = f"/orders/web/{NUMBER}"
AT = {"updated_at": "2026-03-14T19:00:00+01:00"}
BEFORE = {"updated_at": "2026-03-14T18:59:59+01:00"}
VOID = AT | {"status": "voided", "reason": "Ordered twice"}
REFUND = {"external_id": "R1", "amount_cents": 500, "reason": "Cold"}
TOKEN = {"Idempotency-Key": "u1"}


@pytest.fixture
def sent(till):
    till().post("/orders", ORDER | {"status": "open"})
    return till()


def test_an_open_order_is_completed(sent):
    response = sent.patch(PATH, AT | {"status": "completed", "delivered_at": "2026-03-14T19:00:00+01:00"})

    assert response.status_code == 200
    assert response.json()["applied"] is True
    assert (response.json()["status"], response.json()["delivered_at"]) == (
        "completed",
        "2026-03-14T18:00:00Z",
    )
    assert sent.get(PATH).json()["updated_at"] == "2026-03-14T18:00:00Z"


def test_an_older_update_is_answered_and_changes_nothing(sent):
    sent.patch(PATH, AT | {"status": "completed"})

    response = sent.patch(PATH, BEFORE | {"status": "voided", "reason": "x"})

    assert (response.status_code, response.json()["applied"]) == (200, False)
    assert Order.objects.get().status == "completed"


def test_the_same_update_gets_the_same_answer(sent):
    told = AT | {"status": "completed", "refunds": [REFUND]}

    first, again = sent.patch(PATH, told), sent.patch(PATH, told)

    assert first.json() == again.json()
    assert OrderRefund.objects.count() == 1


def test_a_token_gets_the_first_answer_whatever_happened_since(sent):
    first = sent.patch(PATH, BEFORE | {"status": "completed"}, **TOKEN)
    sent.patch(PATH, VOID)

    again = sent.patch(PATH, BEFORE | {"status": "completed"}, **TOKEN)

    assert (first.json(), first.json()["status"]) == (again.json(), "completed")
    assert sent.patch(PATH, VOID, **TOKEN).status_code == 409


def test_a_retry_of_the_order_itself_still_gets_its_first_answer(sent):
    first = sent.post("/orders", ORDER | {"status": "open"})
    sent.patch(PATH, VOID)

    assert sent.post("/orders", ORDER | {"status": "open"}).json() == first.json()


WRONG = {
    "no time": ({"status": "completed"}, "#/updated_at"),
    "a time to come": ({"updated_at": "2999-01-01T00:00:00Z"}, "#/updated_at"),
    "an unknown status": (AT | {"status": "eaten"}, "#/status"),
    "voided for nothing": (AT | {"status": "voided"}, "#/reason"),
    "nothing paid back": (AT | {"refunds": [REFUND | {"amount_cents": 0}]}, "#/refunds/0/amount_cents"),
    "a refund as truth": (AT | {"refunds": [REFUND | {"amount_cents": True}]}, "#/refunds/0/amount_cents"),
    "too much": (
        AT | {"status": "completed", "refunds": [REFUND | {"amount_cents": 2_801}]},
        "#/refunds",
    ),
    "another total": (AT | {"total_cents": 1}, "#/total_cents"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_its_place(sent, case):
    body, place = WRONG[case]

    response = sent.patch(PATH, body)

    assert (response.status_code, wrong_places(response)) == (422, {place})
    assert Order.objects.get().source_updated_at is None


def test_a_status_never_goes_back(sent):
    sent.patch(PATH, VOID)

    assert sent.patch(PATH, AT | {"status": "open"}).status_code == 409


def test_a_refund_of_another_amount_is_a_conflict(sent):
    sent.patch(PATH, AT | {"status": "completed", "refunds": [REFUND]})

    assert sent.patch(PATH, AT | {"refunds": [REFUND | {"amount_cents": 1}]}).status_code == 409


@pytest.mark.parametrize("path", ["web/A-2", "fax/A-1", "web/%00", "store/A-1"])
def test_what_is_not_there_is_not_found(sent, path):
    assert sent.patch(f"/orders/{path}", VOID).status_code == 404


def test_orders_of_others_and_of_other_places_are_not_there(
    sent, till, organisation, other_organisation, outsider
):
    for stranger in (till(of=other_organisation, actor=outsider), till(at=make_location(organisation))):
        assert stranger.patch(PATH, VOID).status_code == 404

    assert Order.objects.get().status == "open"


def test_updating_needs_its_scope(sent, till):
    assert till("orders:read").patch(PATH, VOID).status_code == 403
