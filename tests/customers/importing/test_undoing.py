"""An import can be taken back for 30 days: what nobody has touched since goes, the rest stays."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.imports import runs
from backoffice.jobs.services import run_job
from customers.choices import ConsentMethod, Purpose
from customers.consent.ledger import grant_consent
from customers.importing import runs as customer_runs
from customers.importing import undoing, walking
from customers.invariants import broken_invariants
from customers.models import ConsentEntry, Customer, CustomerStats, CustomerTag, ImportEffect, ImportRun
from customers.records.registering import edit_customer
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points import PointsLine, add_lines
from tests.factories import make_customer, make_order

HEAD = "first_name,last_name,email,phone"
CONSENT = {
    "consent": {"origin": "Newsletter list 2024", "given_on": "2024-05-01", "wording": "Yes, send me news."}
}


def test_customers_of_the_import_go_without_a_trace(imported, take_back, organisation):
    before = list(Customer.objects.values())
    run = imported(
        "A,B,a@example.org,,VIP,yes,250",
        "C,D,c@example.org,,,,",
        head=f"{HEAD},tags,marketing_communications,opening_points",
        **CONSENT,
    )
    assert (PointsEntry.objects.count(), ConsentEntry.objects.count()) == (1, 1)

    run = take_back(run)

    assert (run.state, run.job.counts["removed"]) == (ImportRun.State.UNDONE, 2)
    assert list(Customer.objects.values()) == before
    for model in (CustomerStats, CustomerTag, ConsentEntry, PointsEntry, ImportEffect):
        assert not model.objects.exists()
    assert not list(broken_invariants(organisation))


def test_completed_fields_return_unless_changed_since(imported, take_back, organisation, manager):
    customer = make_customer(
        organisation, first_name="A", last_name="B", phone="", email="a@example.org", city="", company=""
    )
    joined = customer.joined_at
    run = imported(
        "A,B,a@example.org,0171 3920012,Bonn,Firma,2001-02-03,VIP",
        head="first_name,last_name,email,phone,city,company,joined,tags",
    )
    edit_customer(Customer.objects.get(), fields={"company": "Neu"}, actor=manager)

    run = take_back(run)

    customer = Customer.objects.get()
    assert (customer.phone, customer.city, customer.company, customer.tags_text) == ("", "", "Neu", "")
    assert customer.joined_at == joined
    assert "3920012" not in customer.search_text
    assert run.job.counts["restored"] == 1
    assert not list(broken_invariants(organisation))


def test_overwritten_fields_return(imported, take_back, organisation):
    make_customer(
        organisation, first_name="Anna", last_name="", email="a@example.org", company="Old", birthday=None
    )

    run = imported(
        "Anna,B,a@example.org,New,1990-05-03",
        head="first_name,last_name,email,company,birthday",
        on_existing="overwrite",
    )
    assert Customer.objects.get().company == "New"
    take_back(run)

    customer = Customer.objects.get()
    assert (customer.first_name, customer.company, customer.birthday) == ("Anna", "Old", None)


@pytest.mark.parametrize("activity", ["order", "edit", "consent", "later import"])
def test_a_customer_who_has_done_something_since_stays(
    imported, take_back, organisation, location, manager, activity
):
    run = imported("A,B,a@example.org,", "C,D,c@example.org,")
    customer = Customer.objects.get(email="a@example.org")
    if activity == "order":
        make_order(customer)
    elif activity == "edit":
        edit_customer(customer, fields={"city": "Bonn"}, actor=manager)
    elif activity == "consent":
        grant_consent(
            customer, Purpose.SYSTEM, method=ConsentMethod.PAPER, occurred_at=timezone.now(), actor=manager
        )
    else:
        imported("A,B,a@example.org,0171 3920012")

    run = take_back(run)

    assert Customer.objects.get().email == "a@example.org"
    assert (run.job.counts["removed"], run.job.counts["kept"]) == (1, 1)


def test_consents_of_customers_who_stay_get_a_withdrawal(imported, take_back, organisation):
    make_customer(organisation, first_name="A", last_name="", email="a@example.org", phone="")
    run = imported(
        "A,B,a@example.org,,yes", head="first_name,last_name,email,phone,marketing_communications", **CONSENT
    )
    granted = ConsentEntry.objects.get()
    assert (granted.wording, granted.origin) == ("Yes, send me news.", "Newsletter list 2024")
    assert granted.occurred_at.astimezone(organisation.tz).date().isoformat() == "2024-05-01"

    take_back(run)

    entries = ConsentEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["granted", "withdrawn"]
    assert Customer.objects.get().marketing_consent is False
    assert not list(broken_invariants(organisation))


def test_points_of_customers_who_stay_are_balanced(imported, take_back, organisation):
    make_customer(organisation, first_name="A", last_name="", email="a@example.org", phone="")
    run = imported("A,B,a@example.org,,1.250", head=f"{HEAD},opening_points")
    assert CustomerStats.objects.get().points == 1250

    take_back(run)

    assert CustomerStats.objects.get().points == 0
    assert [entry.kind for entry in PointsEntry.objects.order_by("pk")] == ["opening", "adjusted"]
    assert not list(broken_invariants(organisation))


def test_the_undo_is_logged_and_has_its_time(imported, take_back, manager):
    run = imported("A,B,a@example.org,")
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(runs.NotPossible):
        runs.start_undo(run, actor=manager)

    take_back(run)

    entry = AuditEntry.objects.get(action="customers.import_undone")
    assert (entry.actor, entry.details["removed"]) == (manager, 1)
    with pytest.raises(runs.NotPossible):
        runs.start_undo(run, actor=manager)


def test_a_killed_undo_continues(imported, organisation, monkeypatch, work):
    monkeypatch.setattr(undoing, "CHUNK", 2)
    run = imported(*(f"G,n{number},g{number}@example.org," for number in range(7)))
    runs.start_undo(run, actor=run.actor)
    run.refresh_from_db()
    remove, calls = undoing.remove_untouched, []

    def die_on_third(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return remove(*args, **kwargs)

    monkeypatch.setattr(undoing, "remove_untouched", die_on_third)
    with pytest.raises(KeyboardInterrupt):
        run_job(run.job_id)
    monkeypatch.setattr(undoing, "remove_untouched", remove)
    run.job.__class__.objects.filter(pk=run.job_id).update(status="queued", leased_until=None)

    run = work(run)

    assert not Customer.objects.exists()
    assert (run.job.counts["removed"], run.job.done_count) == (7, 7)
    assert not list(broken_invariants(organisation))


def test_what_an_import_held_is_cleared_when_it_can_no_longer_be_undone(imported, bring):
    ended, abandoned = imported("A,B,a@example.org,", "C,D,nope,"), bring("E,F,e@example.org,")
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        customer_runs.clear_old_imports()
    assert ImportRun.objects.get().pk == ended.pk
    assert ImportEffect.objects.exists()

    with time_machine.travel(timezone.now() + timedelta(days=32)):
        customer_runs.clear_old_imports()

    from backoffice.imports.staging import Staging

    assert not ImportEffect.objects.exists()
    assert not Staging(ended.key).folder.exists()
    assert not Staging(abandoned.key).folder.exists()
    assert Customer.objects.count() == 1


def test_a_customer_whose_points_came_with_a_later_row_goes_too(imported, take_back, monkeypatch):
    monkeypatch.setattr(undoing, "CHUNK", 1)
    run = imported(
        "A,B,a@example.org,,", "C,D,c@example.org,,", "A,B,a@example.org,,250", head=f"{HEAD},opening_points"
    )
    assert PointsEntry.objects.get().points == 250

    run = take_back(run)

    assert not Customer.objects.exists()
    assert run.job.counts == {"removed": 2, "restored": 0, "kept": 0, "withdrawn": 0}


def test_a_customer_of_the_import_who_stays_keeps_what_later_rows_said(imported, take_back, monkeypatch):
    monkeypatch.setattr(undoing, "CHUNK", 1)
    run = imported("A,B,a@example.org,", "A,B,a@example.org,0171 3920012")
    make_order(Customer.objects.get())

    run = take_back(run)

    assert Customer.objects.get().phone == "+491713920012"
    assert run.job.counts == {"removed": 0, "restored": 0, "kept": 1, "withdrawn": 0}


def test_a_customer_stays_whom_an_import_completed_that_was_brought_earlier(
    bring, check, take_in, imported, take_back
):
    earlier = bring("A,B,a@example.org,0171 3920012")
    run = imported("A,B,a@example.org,")
    take_in(check(earlier))

    run = take_back(run)

    assert Customer.objects.get().phone == "+491713920012"
    assert run.job.counts["kept"] == 1


def test_a_phone_that_is_somebody_elses_by_now_does_not_return(imported, take_back, organisation):
    make_customer(
        organisation, first_name="A", last_name="", email="a@example.org", phone="+491713920012", city="Bonn"
    )
    run = imported("A,B,a@example.org,0171 3920013,Köln", head=f"{HEAD},city", on_existing="overwrite")
    make_customer(organisation, first_name="C", last_name="", email="", phone="+491713920012")

    run = take_back(run)

    customer = Customer.objects.get(email="a@example.org")
    assert run.state == ImportRun.State.UNDONE
    assert (customer.phone, customer.city) == ("+491713920013", "Bonn")
    assert not list(broken_invariants(organisation))


def test_phones_that_went_from_customer_to_customer_go_back(imported, take_back, organisation, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 1)
    make_customer(organisation, first_name="A", last_name="", email="a@example.org", phone="+491713920012")
    make_customer(organisation, first_name="C", last_name="", email="c@example.org", phone="+491713920013")
    run = imported(
        "A,B,a@example.org,0171 3920014", "C,D,c@example.org,0171 3920012", on_existing="overwrite"
    )
    assert Customer.objects.get(email="c@example.org").phone == "+491713920012"

    run = take_back(run)

    assert dict(Customer.objects.values_list("email", "phone")) == {
        "a@example.org": "+491713920012",
        "c@example.org": "+491713920013",
    }
    assert run.job.counts["restored"] == 2


def test_of_points_that_were_spent_in_part_the_rest_goes(imported, take_back, organisation):
    make_customer(organisation, first_name="A", last_name="", email="a@example.org", phone="")
    run = imported("A,B,a@example.org,,250", head=f"{HEAD},opening_points")
    customer = Customer.objects.get()
    add_lines(organisation, [PointsLine(customer.pk, PointsKind.ADJUSTED, -100, timezone.now())])

    take_back(run)

    assert CustomerStats.objects.get().points == 0
    assert [entry.points for entry in PointsEntry.objects.order_by("pk")] == [250, -100, -150]
