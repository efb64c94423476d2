"""What holds for every address: nothing is deleted, every answer has its request id, limits say when."""

import pytest

from backoffice.api import limits
from backoffice.api.endpoints import document
from tests.api.till import Till
from tests.orders.recording.test_api import NUMBER, ORDER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]
PATHS = [path.replace("{pk}", "1").replace("{purpose}", "marketing") for path in document()["paths"]]
PATHS = [path.replace("{source}", "web").replace("{external_id}", NUMBER) for path in PATHS]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_ever_deleted(till, path):
    till().post("/orders", ORDER)

    response = till().client.delete(path)

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "DELETE" not in response["Allow"]


def answers(till):
    """One of each kind."""
    one = till()
    yield one.post("/orders", ORDER)
    yield one.post("/orders", ORDER)
    yield one.get("/customers")
    yield one.post("/orders/batch", {"orders": [ORDER]})
    yield one.client.get("/api/v1/docs")
    yield one.post("/orders", "{")
    yield Till().get("/customers")
    yield till("orders:read").get("/customers")
    yield one.get("/nowhere")
    yield one.client.delete("/api/v1/orders")
    yield one.post("/orders", ORDER | {"tip_cents": 1})
    yield one.post("/orders", " " * 3_000_000)
    yield one.post("/orders", "x", content_type="text/plain")
    yield one.post("/orders", ORDER | {"tip_cents": -1})


def test_every_answer_has_its_request_id(till):
    found = list(answers(till))

    statuses = {response.status_code for response in found}
    assert statuses == {200, 201, 400, 401, 403, 404, 405, 409, 413, 415, 422}
    assert all(response["X-Request-Id"] for response in found)
    problems = [response for response in found if response.status_code >= 400]
    assert all(response.json()["request_id"] == response["X-Request-Id"] for response in problems)
    assert len({response["X-Request-Id"] for response in found}) == len(found)


def test_beyond_the_limit_it_says_when_to_come_back(till, settings):
    settings.API_REQUESTS_PER_MINUTE = limits.BLOCK
    one = till()

    found = [one.get("/customers") for _request in range(2 * limits.BLOCK + 1)]

    refused = [response for response in found if response.status_code == 429]
    assert refused
    assert all(0 < int(response["Retry-After"]) <= 60 and response["X-Request-Id"] for response in refused)
