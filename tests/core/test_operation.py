"""Health checks, a database that is away, and what logs may say."""

import io
import json
import logging

import pytest
import structlog
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from backoffice.core import logs
from backoffice.staff.views import account
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CANARY = "canary-7731@example.org"


@pytest.fixture
def log_lines():
    """What the process writes while logging is set up as in production."""
    logs.configure({"level": "INFO"})
    stream = io.StringIO()
    handler = logging.getLogger().handlers[0]
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def broken(error):
    def view(*args, **kwargs):
        raise error

    return view


def test_the_process_answers_without_a_database(client, monkeypatch, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_what_it_looked_at(client, alive_worker):
    assert client.get("/readyz").json() == {
        "status": "ok",
        "database": True,
        "migrations": True,
        "tasks": True,
        "worker": True,
    }


def test_not_ready_while_no_worker_runs(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["worker"], answer.json()["tasks"]) == (503, False, True)


@pytest.mark.parametrize(
    "check",
    [
        "backoffice.core.pages.views._has_database",
        "backoffice.core.pages.views._is_migrated",
        "backoffice.jobs.health.queue_answers",
    ],
)
def test_not_ready_while_one_part_is_missing(client, monkeypatch, alive_worker, check):
    monkeypatch.setattr(check, broken(OperationalError("away")))

    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("message", ["database is locked", "connection refused"])
def test_a_busy_database_says_when_to_come_back(client, staff, monkeypatch, message):
    client.force_login(staff)
    monkeypatch.setattr(account.AccountView, "get", broken(OperationalError(message)))

    response = client.get(reverse("staff:account"))

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response["Content-Security-Policy"]


def test_a_database_that_is_away_at_the_door_says_so_too(staff, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    monkeypatch.setattr("backoffice.staff.auth.MembershipBackend.get_user", broken(OperationalError("away")))

    assert client.get(reverse("staff:account")).status_code == 503


def test_logs_name_ids_and_never_what_people_typed(staff, monkeypatch, log_lines):
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    monkeypatch.setattr(account.AccountView, "get", broken(ValueError(f"what is {CANARY}?")))

    response = client.get(reverse("staff:account"), {"q": CANARY})
    structlog.get_logger("test").info("event_happened", number=3)

    text = json.dumps(log_lines())
    error = next(line for line in log_lines() if line["event"] == "server_error")
    assert response.status_code == 500
    assert CANARY not in text and staff.email not in text and staff.name not in text
    assert (error["user_id"], error["organisation_id"]) == (staff.pk, staff.membership.organisation_id)
    assert (error["exception"], error["request_id"]) == ("ValueError", response["X-Request-Id"])


def test_signing_in_and_asking_for_links_logs_no_address(client, make_known_user, log_lines):
    user = make_known_user(email=CANARY)

    client.post("/login/", {"login": CANARY, "password": "wrong canary-pass"})
    client.post("/password/reset/", {"email": CANARY})
    client.get("/password/new/1-canary-token/")

    assert "canary" not in json.dumps(log_lines())
    assert user.email == CANARY


@pytest.mark.parametrize(("address", "status"), [("/nothing/here/", 404), ("/settings/team/", 403)])
def test_error_pages_stand_in_the_frame_for_signed_in_people(client, organisation, address, status):
    client.force_login(make_user(organisation))

    response = client.get(address)

    assert response.status_code == status
    assert 'id="navigation"' in response.content.decode()
