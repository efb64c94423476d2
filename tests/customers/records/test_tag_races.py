"""Many people tag one customer in the same moment. PostgreSQL only: SQLite has one writer."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from customers.models import Customer, CustomerTag
from customers.records import tagging
from customers.records.registering import edit_customer
from customers.records.tagging import change_tags
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NAMES = [f"tag {n:02}" for n in range(15)]


@pytest.fixture
def all_read_first(monkeypatch):
    """Let everybody read the tags before anybody writes them."""
    barrier, refresh = Barrier(15), tagging._get_or_create

    def read_and_wait(*args):
        with suppress(BrokenBarrierError):  # somebody waits for a lock, as it should
            barrier.wait(timeout=0.7)
        return refresh(*args)

    monkeypatch.setattr(tagging, "_get_or_create", read_and_wait)


def add_all(customer):
    def adding(name):
        return lambda: change_tags(Customer.objects.get(pk=customer.pk), add=[name], actor=None)

    return in_parallel(*map(adding, NAMES))


def test_fifteen_parallel_additions_all_stay(organisation, all_read_first):
    customer = make_customer(organisation)

    results = add_all(customer)

    assert sorted(added for (added, removed) in results) == [[name] for name in NAMES]
    assert Customer.objects.get().tag_names == NAMES
    assert CustomerTag.objects.count() == 15


def test_without_the_lock_the_text_loses_tags(organisation, all_read_first, monkeypatch):
    """The race is there: each writes the names that it saw."""
    customer = make_customer(organisation)
    objects = type(Customer.objects)
    monkeypatch.setattr(objects, "select_for_update", lambda manager, **options: manager.all(), raising=False)
    waiting, refresh = Barrier(15), tagging.update_rows

    def write_together(*args):
        with suppress(BrokenBarrierError):
            waiting.wait(timeout=2)
        refresh(*args)

    monkeypatch.setattr(tagging, "update_rows", write_together)
    add_all(customer)

    assert len(Customer.objects.get().tag_names) < 15


def test_the_same_new_word_by_form_and_profile_locks_nobody_out(organisation):
    customer = make_customer(organisation)

    def by_form():
        fields = {"company": "New"}
        return edit_customer(
            Customer.objects.get(pk=customer.pk), fields=fields, add_tags=["VIP", "Öl"], actor=None
        )

    def by_profile():
        return change_tags(Customer.objects.get(pk=customer.pk), add=["Öl", "VIP"], actor=None)

    results = in_parallel(*[by_form, by_profile] * 4)

    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(Customer.objects.get().tag_names) == ["VIP", "Öl"]
