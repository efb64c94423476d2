"""People and tills at the same customer in the same moment. PostgreSQL only: SQLite has one writer."""

from threading import Barrier

import pytest
from django.utils import timezone

from customers.choices import ConsentMethod, Purpose
from customers.consent.ledger import grant_consent, withdraw_consent
from customers.figures.counters import stored_counters, stored_daily, true_counters, true_daily
from customers.models import ConsentEntry, Customer
from customers.records import registering
from customers.records.registering import DuplicateCustomer, register_customer, set_active
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer, make_order

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def register(organisation, location):
    fields = {"first_name": "Zoë", "last_name": "Müller", "phone": "+4917139200012"}
    try:
        return register_customer(organisation=organisation, location=location, fields=fields, actor=None)
    except DuplicateCustomer as error:
        return error


def test_two_people_adding_the_same_customer_make_one_and_a_hint(organisation, location):
    results = in_parallel(*[lambda: register(organisation, location)] * 4)

    made = [result for result in results if isinstance(result, Customer)]
    told = [result for result in results if isinstance(result, DuplicateCustomer)]
    assert (len(made), len(told)) == (1, 3)
    assert {result.existing.pk for result in told} == {made[0].pk}
    assert stored_counters(organisation) == true_counters(organisation)
    assert stored_daily(organisation) == true_daily(organisation)


def test_without_reading_after_the_lock_counters_drift(organisation, monkeypatch):
    """The race is there: two writers that both read before either writes."""
    customer = make_customer(organisation)
    barrier = Barrier(2)

    def set_active_unlocked(is_active):
        stale = Customer.objects.get(pk=customer.pk)
        barrier.wait(timeout=5)
        changes = registering.FigureChanges(organisation)
        changes.customer_state(stale, customer.stats, -1)
        stale.is_active = is_active
        Customer.objects.filter(pk=stale.pk).update(is_active=is_active)
        changes.customer_state(stale, customer.stats, +1)
        changes.write()

    in_parallel(lambda: set_active_unlocked(False), lambda: set_active_unlocked(False))

    assert stored_counters(organisation) != true_counters(organisation)


def test_switching_ordering_and_resting_at_once_keep_the_counters(organisation):
    customer = make_customer(organisation)
    evidence = {"method": ConsentMethod.PAPER, "occurred_at": timezone.now(), "actor": None}

    results = in_parallel(
        lambda: grant_consent(customer, Purpose.MARKETING, **evidence),
        lambda: withdraw_consent(customer, Purpose.MARKETING, actor=None),
        lambda: set_active(Customer.objects.get(pk=customer.pk), is_active=False, actor=None),
        lambda: make_order(customer),
        lambda: make_order(customer),
        lambda: grant_consent(customer, Purpose.SYSTEM, **evidence),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    now = Customer.objects.get(pk=customer.pk)
    newest = ConsentEntry.objects.filter(customer=customer, purpose="marketing").latest("pk")
    assert now.marketing_consent == (newest.action == "granted")
    assert (now.system_consent, now.is_active, now.stats.receipts_count) == (True, False, 2)
    assert stored_counters(organisation) == true_counters(organisation)
    assert stored_daily(organisation) == true_daily(organisation)
