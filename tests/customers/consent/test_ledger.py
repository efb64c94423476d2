"""The consent ledger and its switches (PRODUCT G1, G2, P7; TRUST I4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from customers.choices import ConsentAction, ConsentMethod, Module, Purpose
from customers.consent.ledger import (
    ConsentFromFuture,
    EvidenceMissing,
    grant_consent,
    record_entries,
    undo_withdrawal,
    withdraw_consent,
)
from customers.models import ConsentEntry, ConsentWording, Customer, CustomerCounters
from tests.factories import make_customer


@pytest.fixture
def customer(organisation):
    return make_customer(organisation, language="es")


def grant(customer, purpose=Purpose.MARKETING, **evidence):
    defaults = {"method": ConsentMethod.PAPER, "occurred_at": timezone.now(), "actor": None}
    return grant_consent(customer, purpose, **defaults | evidence)


def stored(customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def test_a_grant_keeps_who_when_how_and_the_wording_itself(customer, admin):
    ConsentWording.objects.create(
        organisation=customer.organisation, purpose="marketing", language="es", version=4, text="Sí, quiero."
    )
    when = timezone.now() - timedelta(days=3)

    entry = grant(customer, occurred_at=when, actor=admin, origin="form at table 12")

    entry.refresh_from_db()
    assert (entry.wording, entry.wording_version, entry.language) == ("Sí, quiero.", "4", "es")
    assert (entry.actor, entry.occurred_at, entry.method) == (admin, when, "paper")
    assert entry.recorded_at > when
    assert stored(customer).marketing_consent is True
    assert stored(customer).module_bits & Module.NEWSLETTER


def test_the_switch_follows_the_newest_line_not_the_newest_date(customer):
    withdraw_consent(customer, Purpose.MARKETING, actor=None)

    grant(customer, occurred_at=timezone.now() - timedelta(days=400))

    assert stored(customer).marketing_consent is True


def test_withdrawing_needs_no_evidence_and_twice_is_two_lines(customer, staff):
    grant(customer)

    withdraw_consent(customer, Purpose.MARKETING, actor=staff)
    withdraw_consent(customer, Purpose.MARKETING, actor=staff)

    assert stored(customer).marketing_consent is False
    assert ConsentEntry.objects.filter(action=ConsentAction.WITHDRAWN).count() == 2


def test_a_grant_without_evidence_writes_nothing(customer):
    with pytest.raises(EvidenceMissing):
        grant(customer, method="")
    with pytest.raises(ConsentFromFuture):
        grant(customer, occurred_at=timezone.now() + timedelta(hours=1))

    assert not ConsentEntry.objects.exists()
    assert stored(customer).marketing_consent is False


def test_undoing_a_withdrawal_restores_the_old_evidence(customer, admin):
    before = grant(customer, origin="form at table 12", occurred_at=timezone.now() - timedelta(days=9))
    entry = withdraw_consent(customer, Purpose.MARKETING, actor=admin)

    restored = undo_withdrawal(entry, actor=admin)

    assert (restored.origin, restored.occurred_at) == (before.origin, before.occurred_at)
    assert stored(customer).marketing_consent is True
    assert ConsentEntry.objects.count() == 3
    assert undo_withdrawal(entry, actor=admin) is None


def test_a_withdrawal_that_withdrew_nothing_cannot_be_undone_into_a_grant(customer):
    entry = withdraw_consent(customer, Purpose.MARKETING, actor=None)

    assert undo_withdrawal(entry, actor=None) is None
    assert stored(customer).marketing_consent is False


def test_the_ledger_is_append_only(customer):
    entry = grant(customer)

    for change in (entry.save, entry.delete, ConsentEntry.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        ConsentEntry.objects.update(action="granted")


def test_the_database_refuses_a_grant_without_wording_or_from_the_future(customer):
    now = timezone.now()
    for fault in ({"wording_version": ""}, {"occurred_at": now + timedelta(days=1)}):
        line = {"wording_version": "1", "occurred_at": now} | fault
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentEntry.objects.create(
                customer=customer, purpose="system", action="granted", method="paper", recorded_at=now, **line
            )


def test_counters_follow_the_switch(customer):
    grant(customer)
    assert CustomerCounters.objects.get().marketing == 1

    withdraw_consent(customer, Purpose.MARKETING, actor=None)
    assert CustomerCounters.objects.get().marketing == 0


def test_many_lines_set_the_same_switches_as_one_by_one(organisation):
    customers = [make_customer(organisation) for _ in range(3)]
    now = timezone.now()
    actions = [("granted", customers[0]), ("granted", customers[1]), ("withdrawn", customers[1])]

    record_entries(
        organisation,
        [
            ConsentEntry(
                customer=customer,
                purpose="marketing",
                action=action,
                method="import",
                wording_version="1",
                occurred_at=now - timedelta(days=1),
                recorded_at=now,
            )
            for action, customer in actions
        ],
    )

    assert [stored(customer).marketing_consent for customer in customers] == [True, False, False]
    assert CustomerCounters.objects.get().marketing == 1


def test_every_change_is_logged_without_personal_data(customer, admin):
    grant(customer, actor=admin, origin="secret remark")

    entry = AuditEntry.objects.get(action="consent.granted")
    assert entry.actor == admin
    assert entry.details == {"purpose": "marketing", "method": "paper"}


# ---- In the browser's terms -----------------------------------------------------------------------


def url(customer, purpose="marketing", end=""):
    return f"/customers/{customer.pk}/consents/{purpose}/{end}"


def test_an_admin_grants_with_evidence(sign_in, admin, customer):
    client = sign_in(admin)

    asked = client.get(url(customer))
    empty = client.post(url(customer), {"state": "granted"})
    done = client.post(
        url(customer), {"state": "granted", "method": "in_person", "occurred_at": "2026-01-05T12:30"}
    )

    assert "Quiero recibir ofertas" in asked.content.decode()
    assert empty.status_code == 422
    assert done.status_code == 302
    entry = ConsentEntry.objects.get()
    assert entry.method == "in_person"
    assert timezone.localtime(entry.occurred_at, customer.organisation.tz).strftime("%H:%M") == "12:30"


@pytest.mark.parametrize("moment", ["2199-01-01T00:00", "1890-01-01T00:00", "yesterday", ""])
def test_a_date_that_cannot_be_is_refused(sign_in, admin, customer, moment):
    response = sign_in(admin).post(
        url(customer), {"state": "granted", "method": "phone", "occurred_at": moment}
    )

    assert response.status_code == 422
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_others_cannot_grant_but_record_a_withdrawal_and_undo_it(sign_in, request, customer, role):
    grant(customer)
    client = sign_in(request.getfixturevalue(role))
    evidence = {"state": "granted", "method": "phone", "occurred_at": "2026-01-05T12:30"}

    assert client.get(url(customer)).status_code == 403
    assert client.post(url(customer), evidence).status_code == 403
    assert client.post(url(customer), {"state": "withdrawn"}).status_code == 302
    assert stored(customer).marketing_consent is False
    entry = ConsentEntry.objects.latest("pk")
    client.post(url(customer, end="undo/"), {"entry": entry.pk})
    assert stored(customer).marketing_consent is True


def test_only_who_recorded_a_withdrawal_undoes_it(sign_in, staff, manager, customer):
    grant(customer)
    entry = withdraw_consent(customer, Purpose.MARKETING, actor=manager)

    sign_in(staff).post(url(customer, end="undo/"), {"entry": entry.pk})

    assert stored(customer).marketing_consent is False


def test_an_old_withdrawal_is_not_undone_without_evidence(sign_in, staff, customer, time_machine):
    grant(customer)
    entry = withdraw_consent(customer, Purpose.MARKETING, actor=staff)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))

    sign_in(staff).post(url(customer, end="undo/"), {"entry": entry.pk})

    assert stored(customer).marketing_consent is False


def test_htmx_swaps_the_switches_and_offers_undo(sign_in, admin, customer):
    grant(customer)

    response = sign_in(admin).post(url(customer), {"state": "withdrawn"}, headers={"HX-Request": "true"})

    content = response.content.decode()
    assert "<html" not in content
    assert "consent-marketing" in content
    assert url(customer, end="undo/") in content


def test_an_unknown_purpose_is_not_found(sign_in, admin, customer):
    assert sign_in(admin).get(url(customer, "spam")).status_code == 404
