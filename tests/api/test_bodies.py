"""What is no body is refused before anything looks at it, and every error is a problem (RFC 9457)."""

import pytest
from django.db import OperationalError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]

ORDER_LEAST = {
    "external_id": "1",
    "placed_at": "2026-03-14T18:30:00Z",
    "lines": [{"item": "Tee", "quantity": 1, "unit_price_cents": 1}],
}
DEEP = '{"a":' * 17 + "1" + "}" * 17
BROKEN = {
    "nothing": "{",
    "two bodies": "{}{}",
    "NaN": '{"tip_cents": NaN}',
    "Infinity": '{"tip_cents": -Infinity}',
    "a name twice": '{"external_id": "a", "external_id": "b"}',
    "a name twice inside": '{"customer": {"phone": "1", "phone": "2"}}',
    "NUL": '{"external_id": "a\\u0000b"}',
    "half a character": '{"external_id": "\\ud800"}',
    "half a character as a name": '{"\\udc00": 1}',
    "latin-1": '{"external_id": "ä"}'.encode("latin-1"),
    "UTF-16": '{"external_id": "a"}'.encode("utf-16"),
    "a mark of order": b"\xef\xbb\xbf{}",
    "too deep": DEEP,
    "far too deep": "[" * 200_000,
    "a number of 5000 digits": '{"tip_cents": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_json_is_refused(till, case):
    response = till().post("/orders", BROKEN[case])

    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", "1", '"a"', "null", ""])
def test_a_body_is_an_object(till, body):
    assert till().post("/orders", body).status_code == 422


def test_other_media_types_are_refused(till):
    response = till().post("/orders", "external_id=1", content_type="application/x-www-form-urlencoded")

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_large_body_is_refused_unread(till):
    response = till().post("/orders", " " * (2 * 1024 * 1024 + 1))

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_more_than_a_form_may_be_sent(till):
    assert till().post("/orders", " " * 200_000).json()["code"] == "invalid_json"


def test_a_body_has_a_length(till):
    response = till().post("/orders", "{}", **{"Transfer-Encoding": "chunked"})

    assert (response.status_code, response.json()["code"]) == (411, "length_required")


def test_a_wrong_address_is_a_problem(till):
    response = till().get("/orderz")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_another_method_is_a_problem_that_names_the_right_ones(till):
    response = till().client.delete("/api/v1/orders")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response.json()["code"] == "method_not_allowed"


def test_a_fault_of_ours_is_a_problem_without_details(till, monkeypatch):
    monkeypatch.setattr("orders.recording.api.endpoints.record_order", lambda **_: 1 / 0)
    one = till()
    one.client.raise_request_exception = False

    response = one.post("/orders", ORDER_LEAST)

    assert (response.status_code, response.json()["code"]) == (500, "server_error")
    assert "division" not in response.content.decode()


def test_a_busy_database_says_when_to_come_back(till, monkeypatch):
    def busy(**_):
        raise OperationalError("database is locked")

    monkeypatch.setattr("orders.recording.api.endpoints.record_order", busy)

    response = till().post("/orders", ORDER_LEAST)

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["code"] == "unavailable"


def test_a_problem_has_its_parts_and_the_request_id(till):
    response = till().post("/orders", {"external_id": "1"})

    problem = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["type"]) == (422, "/api/v1/docs#invalid")
    assert problem["request_id"] == response["X-Request-Id"]
    assert {error["pointer"] for error in problem["errors"]} == {"#/placed_at", "#/lines"}


def test_answers_stay_out_of_caches(till):
    assert till().get("/orders/web/1")["Cache-Control"] == "no-store"


def test_sentences_follow_the_language_asked_for(till):
    sent = ORDER_LEAST | {"discount_cents": 999}

    english = till().post("/orders", sent).json()["errors"][0]["detail"]
    german = till().post("/orders", sent, **{"Accept-Language": "de"}).json()["errors"][0]["detail"]

    assert english == "The discount is larger than the order."
    assert german != english
