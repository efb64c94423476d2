"""The marketing permission on the form that adds a customer: with evidence, as a note, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from customers.figures.counters import stored_counters, true_counters
from customers.models import ConsentEntry, Customer
from customers.records import registering
from tests.factories import make_customer

NEW = "/customers/new/"
NAME = {"first_name": "Jürgen", "last_name": "Größl", "phone": "0171 3920012", "language": "es"}
NOW = "%Y-%m-%dT%H:%M"


@pytest.fixture
def evidence(organisation):
    moment = timezone.localtime(timezone=organisation.tz) - timedelta(hours=1)
    return {"has_agreed": "on", "method": "paper", "occurred_at": moment.strftime(NOW), "origin": "Tisch 12"}


def test_an_administrator_grants_with_how_and_when(sign_in, admin, location, evidence):
    client = sign_in(admin)
    page = client.post(NEW, NAME | evidence, follow=True)

    customer, entry = Customer.objects.get(), ConsentEntry.objects.get()
    assert customer.marketing_consent is True
    assert (entry.purpose, entry.action, entry.method) == ("marketing", "granted", "paper")
    assert (entry.origin, entry.actor, entry.language) == ("Tisch 12", admin, "es")
    assert entry.wording.startswith("Quiero recibir ofertas")
    assert entry.occurred_at < entry.recorded_at - timedelta(minutes=58)
    assert "Given on" in page.text and "on paper" in page.text
    assert stored_counters(admin.membership.organisation) == true_counters(admin.membership.organisation)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"method": ""}, "This field is required"),
        ({"method": "import"}, "valid choice"),
        ({"occurred_at": ""}, "This field is required"),
        ({"occurred_at": "2999-01-01T10:00"}, "lies in the future"),
        ({"occurred_at": "1970-01-01T10:00"}, "too long ago"),
        ({"origin": "x" * 10_000}, "at most 200 characters"),
        ({"origin": "a\x07b"}, "cannot be stored"),
    ],
)
def test_without_good_evidence_nothing_is_stored(sign_in, admin, location, evidence, fault, message):
    response = sign_in(admin).post(NEW, NAME | evidence | fault)

    assert response.status_code == 422
    assert message in response.text
    assert not Customer.objects.exists() and not ConsentEntry.objects.exists()


def test_a_box_left_empty_asks_for_no_evidence_and_grants_nothing(sign_in, admin, location, evidence):
    del evidence["has_agreed"]

    response = sign_in(admin).post(NEW, NAME | evidence | {"method": "", "occurred_at": "nonsense"})

    assert response.status_code == 302
    assert Customer.objects.get().marketing_consent is False
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_others_note_that_the_customer_agreed_which_counts_as_no_consent(
    sign_in, request, role, location, evidence
):
    person = request.getfixturevalue(role)
    client = sign_in(person)
    form = client.get(NEW).text
    page = client.post(NEW, NAME | evidence, follow=True)

    customer, entry = Customer.objects.get(), ConsentEntry.objects.get()
    assert 'name="method"' not in form and "agreed at the till" in form
    assert (entry.action, entry.method, entry.actor) == ("pending", "staff", person)
    assert entry.wording.startswith("Quiero recibir ofertas")
    assert customer.marketing_consent is False
    assert not Customer.objects.reachable().exists()
    assert "Agreed at the till on" in page.text
    assert "Requested: agreed at the till, no evidence yet" in page.text and person.name in page.text
    assert "Agreement at the till noted: Marketing communications" in page.text
    assert stored_counters(customer.organisation) == true_counters(customer.organisation)


def test_what_was_noted_becomes_a_consent_once_there_is_evidence(sign_in, staff, admin, location):
    sign_in(staff).post(NEW, NAME | {"has_agreed": "on"})
    customer = Customer.objects.get()
    evidence = {"state": "granted", "method": "paper", "occurred_at": "2026-01-02T12:00"}
    sign_in(admin).post(f"/customers/{customer.pk}/consents/marketing/", evidence)

    assert Customer.objects.reachable().get() == customer


@pytest.mark.parametrize("write", ["leave_open", "grant_consent"])
def test_customer_and_permission_are_stored_together_or_not_at_all(
    sign_in, staff, admin, location, evidence, monkeypatch, write
):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(registering, write, fail)
    with pytest.raises(RuntimeError):
        sign_in(staff if write == "leave_open" else admin).post(NEW, NAME | evidence)

    assert not Customer.objects.exists() and not AuditEntry.objects.exists()


def test_editing_asks_for_no_permission(sign_in, admin, organisation, evidence):
    customer = make_customer(organisation)
    client = sign_in(admin)
    typed = {"first_name": "A", "last_name": "B", "email": customer.email, "phone": customer.phone}
    client.post(f"/customers/{customer.pk}/edit/", typed | evidence)

    assert "has_agreed" not in client.get(f"/customers/{customer.pk}/edit/").text
    assert Customer.objects.get().first_name == "A"
    assert not ConsentEntry.objects.exists()


def test_what_was_typed_stays_when_something_else_is_wrong(sign_in, admin, location, evidence):
    page = sign_in(admin).post(NEW, NAME | evidence | {"phone": "0171"}).text

    assert 'value="Tisch 12"' in page
    assert '<option value="paper" selected>' in page
    assert f'value="{evidence["occurred_at"]}"' in page
