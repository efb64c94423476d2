"""Customers over HTTP: found, read page by page, added once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.api.idempotency import KEPT, forget_old_answers
from backoffice.api.models import KeptAnswer
from backoffice.core.pages.paging import Cursor
from customers.models import ContactPoint, Customer, CustomerStats
from tests.api.till import wrong_places
from tests.customers.consent.test_api import GRANT
from tests.customers.listing.test_plans import explain
from tests.factories import make_customer, make_location
from tests.orders.factories import BERLIN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]

PAULA = {"first_name": "Paula", "last_name": "Pfeffer", "phone": "0171 3920087", "email": "Paula@example.org"}
TOKEN = {"Idempotency-Key": "signup-4711"}


def ids(response):
    return [customer["id"] for customer in response.json()["customers"]]


# ---- Reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"phone": "0171 3920087"},
        {"phone": "+49 171/3920087"},
        {"phone": "0171 3920088"},  # the second number
        {"email": "PAULA@example.org"},
        {"phone": "030 1234567", "email": "paula@example.org"},
    ],
)
def test_a_customer_is_found_by_phone_or_email(till, organisation, query):
    numbers = {"phone": "+491713920087", "phone2": "+491713920088"}
    paula = make_customer(organisation, email="paula@example.org", **numbers)
    make_customer(organisation)

    assert ids(till().get("/customers", **query)) == [paula.pk]


def test_nobody_is_an_empty_list(till):
    assert till().get("/customers", email="nobody@example.org").json() == {"customers": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        *({"phone": "12"}, {"phone": "a\x00b"}, {"email": "e" * 300}),
        *({"limit": 0}, {"limit": 201}, {"limit": "x"}, {"after": "x"}),
        {"updated_since": "yesterday"},
    ],
)
def test_parameters_that_cannot_be_are_named(till, query):
    response = till().get("/customers", **query)

    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [*query]


def test_an_email_with_nul_is_nobodys(till, organisation):
    make_customer(organisation)

    assert ids(till().get("/customers", email="a\x00b")) == []


def test_all_are_read_page_by_page(till, organisation):
    stored = [make_customer(organisation).pk for _number in range(5)]
    one, path, read = till(), "/api/v1/customers?limit=2", []
    while path:
        page = one.client.get(path)
        read += ids(page)
        path = page.json()["next"]

    assert read == stored


def changed_at(customer, minute: int) -> str:
    moment = timezone.now().replace(hour=0, minute=minute, second=0, microsecond=0)
    Customer.objects.filter(pk=customer.pk).update(updated_at=moment)
    return moment.astimezone(BERLIN).isoformat()


def test_who_changed_since_is_read_in_the_order_of_changes(till, organisation):
    first, second, third, fourth = (make_customer(organisation) for _number in range(4))
    changed_at(first, 1)
    since = changed_at(second, 3)
    changed_at(third, 4)
    changed_at(fourth, 3)
    one, path, read = till(), f"/api/v1/customers?limit=2&updated_since={since}", []
    while path:
        page = one.client.get(path)
        read += ids(page)
        path = page.json()["next"]

    assert "+0" in since
    assert read == [second.pk, fourth.pk, third.pk]


@pytest.mark.parametrize("after", ["", "&after="])
def test_changes_are_read_from_their_index(till, organisation, after):
    since, last = changed_at(make_customer(organisation), 1), make_customer(organisation)
    after = after and after + Cursor(last.updated_at, last.pk).encode()
    one = till()
    with CaptureQueriesContext(connection) as queries:
        one.client.get(f"/api/v1/customers?updated_since={since}{after}")

    (sql,) = [query["sql"] for query in queries if '"updated_at" >=' in query["sql"]]
    plan = explain(sql)
    assert "customer_by_updated" in plan, plan
    assert "ORDER BY" not in plan, plan
    assert "Sort" not in plan, plan


def test_every_change_of_a_customer_is_a_change(till, organisation):
    paula = Customer.objects.get(pk=till().post("/customers", PAULA).json()["id"])
    since = timezone.now().isoformat()

    till().put(f"/customers/{paula.pk}/consents/marketing", GRANT)

    assert ids(till().get("/customers", updated_since=since)) == [paula.pk]


def test_a_key_of_one_location_reads_the_customers_of_all(till, organisation, location):
    make_customer(organisation, location=make_location(organisation, name="Am Kanal"))

    assert len(ids(till(at=location).get("/customers"))) == 1


def test_a_customer_is_shown_without_what_is_private(till, organisation):
    paula = make_customer(organisation, marketing_consent=True, notes="Nussallergie", is_active=False)

    shown = till().get(f"/customers/{paula.pk}").json()

    assert (shown["id"], shown["phone"], shown["status"]) == (paula.pk, paula.phone, "inactive")
    assert shown["consents"]["marketing_communications"] is True
    assert "Nussallergie" not in str(shown)


def test_customers_of_others_look_like_missing_ones(till, organisation, outsider, other_organisation):
    paula = make_customer(organisation)
    stranger = till(of=other_organisation, actor=outsider)

    foreign = stranger.get(f"/customers/{paula.pk}")
    missing = stranger.get("/customers/999999999999999999999999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    assert ids(stranger.get("/customers")) == ids(stranger.get("/customers", phone=paula.phone)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_for_any_number(till, organisation, count):
    one = till()
    one.get("/customers")
    for _number in range(count):
        make_customer(organisation)

    with CaptureQueriesContext(connection) as queries:
        assert len(ids(one.get("/customers"))) == count

    assert len(queries) == 2  # the key, the customers


# ---- Adding ---------------------------------------------------------------------------------------


def test_a_customer_is_added_without_any_consent(till, location):
    response = till().post("/customers", PAULA)

    paula = Customer.objects.get()
    assert (response.status_code, response.json()) == (201, {"id": paula.pk})
    assert (paula.phone, paula.email, paula.source) == ("+491713920087", "Paula@example.org", "api")
    assert (paula.location, paula.marketing_consent) == (location, False)
    assert CustomerStats.objects.get().organisation == location.organisation


def test_with_its_token_it_is_added_once(till):
    one = till()

    first, again = one.post("/customers", PAULA, **TOKEN), one.post("/customers", PAULA, **TOKEN)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Customer.objects.count() == 1


def test_a_token_stands_for_one_request(till):
    one = till()
    one.post("/customers", PAULA, **TOKEN)

    other = one.post("/customers", PAULA | {"phone": "0171 3920099", "email": ""}, **TOKEN)

    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert Customer.objects.count() == 1


def test_tokens_of_others_are_others(till, outsider, other_organisation):
    make_location(other_organisation)
    till().post("/customers", PAULA, **TOKEN)

    response = till(of=other_organisation, actor=outsider).post("/customers", PAULA, **TOKEN)

    assert response.status_code == 201


def test_a_refusal_can_be_tried_again_under_its_token(till):
    one, known = till(), till().post("/customers", PAULA).json()["id"]
    assert one.post("/customers", PAULA, **TOKEN).status_code == 409
    ContactPoint.objects.filter(customer=known).update(is_shared=True)

    assert one.post("/customers", PAULA, **TOKEN).status_code == 201


@pytest.mark.parametrize("token", ["x" * 81, "a b", "ä"])
def test_a_token_is_plain(till, token):
    response = till().post("/customers", PAULA, **{"Idempotency-Key": token})

    assert response.status_code == 422
    assert not Customer.objects.exists()


def test_what_is_kept_of_an_answer_is_no_personal_data(till, time_machine):
    till().post("/customers", PAULA, **TOKEN)

    assert KeptAnswer.objects.get().answer == {"id": Customer.objects.get().pk}
    forget_old_answers()
    assert KeptAnswer.objects.exists()
    time_machine.move_to(timezone.now() + KEPT)
    forget_old_answers()
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("sent", [{"phone": "+49 171 3920087", "email": ""}, {"phone": ""}])
def test_somebody_known_is_named(till, organisation, sent):
    paula = make_customer(organisation, phone="+491713920087", email="paula@example.org")

    response = till().post("/customers", PAULA | sent)

    assert (response.status_code, response.json()["customer_id"]) == (409, paula.pk)


WRONG = {
    "no name": ({"first_name": "", "last_name": " "}, "#/last_name"),
    "no way to reach": ({"phone": "", "email": ""}, "#/phone"),
    "a short phone": ({"phone": "12"}, "#/phone"),
    "two phones": ({"phone": "0171 3920087, 0171 3920088"}, "#/phone"),
    "no e-mail": ({"email": "paula@"}, "#/email"),
    "an unknown place": ({"location": "Atlantis"}, "#/location"),
    "an unknown language": ({"language": "xx"}, "#/language"),
    "control characters": ({"first_name": "a\x07b"}, "#/first_name"),
    "a long name": ({"last_name": "n" * 81}, "#/last_name"),
    "a consent": ({"marketing_consent": True}, "#/marketing_consent"),
    "an owner": ({"organisation": 1}, "#/organisation"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_its_place(till, case):
    change, place = WRONG[case]

    response = till().post("/customers", PAULA | change)

    assert (response.status_code, wrong_places(response)) == (422, {place})
    assert not Customer.objects.exists()


def test_with_the_module_off_nobody_is_added(till, organisation):
    organisation.collects_customers = False
    organisation.save()

    assert till().post("/customers", PAULA).json()["code"] == "module_off"
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("scope", "read", "add"), [("customers:read", 200, 403), ("customers:write", 403, 201)]
)
def test_each_needs_its_scope(till, scope, read, add):
    one = till(scope)

    assert (one.get("/customers").status_code, one.post("/customers", PAULA).status_code) == (read, add)
