"""Decisions that a shop tells: with evidence, once, and never against a later withdrawal."""

import pytest

from customers.choices import ConsentMethod
from customers.consent.ledger import withdraw_consent
from customers.models import ConsentEntry
from tests.api.till import wrong_places
from tests.factories import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]

GRANT = {
    "state": "granted",
    "method": "web_form",
    "occurred_at": "2026-03-14T18:30:00+01:00",
    "origin": "shop.example.org/newsletter",
}


@pytest.fixture
def paula(organisation):
    return make_customer(organisation)


def tell(one, customer, purpose="marketing", **change):
    return one.put(f"/customers/{customer.pk}/consents/{purpose}", GRANT | change)


def test_a_grant_is_recorded_with_its_evidence(till, paula):
    response = tell(till(), paula)

    entry = ConsentEntry.objects.get()
    paula.refresh_from_db()
    assert (response.status_code, response.json()["state"]) == (200, "granted")
    assert (entry.method, entry.source, entry.origin) == ("web_form", "api", GRANT["origin"])
    assert entry.occurred_at.isoformat() == "2026-03-14T17:30:00+00:00"
    assert entry.wording
    assert paula.marketing_consent


def test_a_withdrawal_ends_it(till, paula):
    tell(till(), paula)

    tell(till(), paula, state="withdrawn", occurred_at="2026-03-15T18:30:00Z")

    paula.refresh_from_db()
    assert not paula.marketing_consent
    assert ConsentEntry.objects.count() == 2


@pytest.mark.parametrize("state", ["granted", "withdrawn"])
def test_told_again_it_adds_nothing(till, paula, state):
    first, again = tell(till(), paula, state=state), tell(till(), paula, state=state)

    assert first.json() == again.json()
    assert ConsentEntry.objects.count() == 1


def test_a_late_grant_never_lifts_a_withdrawal(till, paula):
    withdraw_consent(paula, "marketing", actor=None, method=ConsentMethod.STAFF)

    response = tell(till(), paula)

    paula.refresh_from_db()
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert not paula.marketing_consent


def test_purposes_are_apart(till, paula):
    tell(till(), paula, "system")

    paula.refresh_from_db()
    assert (paula.system_consent, paula.marketing_consent) == (True, False)


WRONG = {
    "no evidence": ({"method": None}, "#/method"),
    "evidence of nobody": ({"method": "import"}, "#/method"),
    "an unknown state": ({"state": "pending"}, "#/state"),
    "no moment": ({"occurred_at": None}, "#/occurred_at"),
    "the future": ({"occurred_at": "2999-01-01T00:00:00Z"}, "#/occurred_at"),
    "a long origin": ({"origin": "o" * 201}, "#/origin"),
    "a wording of theirs": ({"wording": "Yes to all"}, "#/wording"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_evidence_grants_nothing(till, paula, case):
    change, place = WRONG[case]

    response = tell(till(), paula, **change)

    assert (response.status_code, wrong_places(response)) == (422, {place})
    assert not ConsentEntry.objects.exists()


def test_an_unknown_purpose_is_named(till, paula):
    response = tell(till(), paula, "world_domination")

    assert [error["parameter"] for error in response.json()["errors"]] == ["purpose"]


def test_customers_of_others_look_like_missing_ones(till, paula, outsider, other_organisation):
    stranger = till(of=other_organisation, actor=outsider)
    paula_of_nobody = type(paula)(pk=999_999_999_999_999_999_999_999)

    foreign, missing = tell(stranger, paula), tell(stranger, paula_of_nobody)

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    assert not ConsentEntry.objects.exists()


def test_it_needs_its_scope(till, paula):
    assert tell(till("customers:write"), paula).json()["scope"] == "consents:write"
    assert tell(till("consents:write"), paula).status_code == 200
