"""Many customers changed at once: with the number first, as a job for many, with undo."""

import pytest
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from customers.bulk import running
from customers.choices import ConsentMethod, Purpose
from customers.consent import grant_consent
from customers.figures import count_customers, wrong_sums
from customers.models import BulkAction, BulkEffect, Customer, Tag
from customers.models.tag import MAX_TAGS
from customers.records import tag_many, untag_many
from tests.factories import make_customer


@pytest.fixture
def page(sign_in, manager):
    return sign_in(manager)


@pytest.fixture
def customers(organisation):
    return [make_customer(organisation, first_name=name) for name in ("Anna", "Bert", "Cara")]


def do(page, kind, *, follow=True, **data):
    return page.post(f"/customers/bulk/{kind}/", data, follow=follow)


def undo(page):
    return page.post(f"/customers/bulk/{BulkAction.objects.get().pk}/undo/", follow=True)


def tags(customers):
    return [Customer.objects.get(pk=one.pk).tags_text for one in customers]


def test_it_asks_with_the_number_first(page, customers):
    asked = page.get(
        "/customers/bulk/tag/", {"selected": [customers[0].pk, customers[2].pk]}
    ).content.decode()

    assert "2 customers" in asked
    assert f'name="selected" value="{customers[2].pk}"' in asked


def test_ticked_ones_get_a_tag_and_lose_it_by_undo(page, customers):
    tag_many(customers[0].organisation, {customers[1].pk: ["Terrasse"]})

    do(page, "tag", selected=[customers[0].pk, customers[1].pk], tag_name=" Terrasse ")
    assert tags(customers) == ["Terrasse", "Terrasse", ""]

    undo(page)
    assert tags(customers) == ["", "Terrasse", ""]  # who had it before keeps it


def test_every_match_of_the_list_is_meant_not_the_page(page, organisation):
    berts = [make_customer(organisation, first_name="Bert") for _ in range(30)]
    anna = make_customer(organisation, first_name="Anna")

    do(page, "tag", q="bert", all="1", selected=[berts[0].pk], tag_name="Büro")

    assert set(tags(berts)) == {"Büro"}
    assert tags([anna]) == [""]


def test_a_tag_is_taken_off_and_comes_back(page, customers):
    tag_many(customers[0].organisation, {one.pk: ["Büro", "VIP"] for one in customers[:2]})

    do(page, "untag", all="1", tag_name="büro")
    assert tags(customers) == ["VIP", "VIP", ""]

    undo(page)
    assert tags(customers) == ["Büro, VIP", "Büro, VIP", ""]


def test_who_has_too_many_tags_is_skipped_and_counted(page, customers):
    full = [f"T{number}" for number in range(MAX_TAGS)]
    tag_many(customers[0].organisation, {customers[0].pk: full})

    shown = do(page, "tag", all="1", tag_name="Mehr").content.decode()

    assert "2 customers changed." in shown and "1 has too many tags." in shown
    assert tags(customers)[1:] == ["Mehr", "Mehr"] and "Mehr" not in tags(customers)[0]


def test_deactivating_keeps_the_figures_and_is_undone(page, organisation, customers):
    do(page, "deactivate", selected=[customers[0].pk, customers[1].pk])
    counted = count_customers(organisation)
    assert (counted["active"], counted["inactive"]) == (1, 2)

    undo(page)
    counted = count_customers(organisation)
    assert (counted["active"], counted["inactive"]) == (3, 0)
    assert list(wrong_sums(organisation)) == []


def test_a_withdrawal_is_a_line_for_everybody_who_had_agreed(page, customers):
    how = {"method": ConsentMethod.PAPER, "occurred_at": timezone.now(), "actor": None}
    grant_consent(customers[0], Purpose.MARKETING, **how)
    before = Customer.objects.get(pk=customers[0].pk).updated_at

    do(page, "withdraw", all="1", purpose="marketing")

    assert list(BulkEffect.objects.values_list("customer", flat=True)) == [customers[0].pk]
    assert not Customer.objects.filter(marketing_consent=True).exists()
    assert Customer.objects.get(pk=customers[0].pk).updated_at > before  # programs ask for what changed
    undo(page)  # stands for good
    assert not Customer.objects.filter(marketing_consent=True).exists()


def test_each_customer_and_the_action_have_a_line_in_the_log(page, customers, manager):
    do(page, "tag", all="1", tag_name="VIP")

    action = BulkAction.objects.get()
    lines = AuditEntry.objects.filter(action="customer.tagged")
    assert {line.subject_id for line in lines} == {one.pk for one in customers}
    assert {line.details["bulk"] for line in lines} == {action.pk}
    whole = AuditEntry.objects.get(action="bulk.tag")
    assert (whole.actor, whole.details) == (manager, {"customers": 3})


@pytest.fixture
def as_a_job(monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(running, "CHUNK", 2)


def test_many_are_a_job_whose_page_says_how_far_it_is_and_undoes_it(page, organisation, as_a_job):
    customers = [make_customer(organisation) for _ in range(5)]

    shown = do(page, "deactivate", all="1")
    job = Job.objects.get(kind="customers.run_bulk")
    assert shown.redirect_chain[-1][0] == job.url
    assert (job.total_count, Customer.objects.filter(is_active=False).count()) == (5, 0)
    undo(page)  # too early
    assert BulkAction.objects.get().undone_at is None
    run_job(job.pk)

    assert not Customer.objects.filter(is_active=True).exists()
    shown = page.get(job.url).content.decode()
    assert "5 customers changed." in shown and f"{job.url}undo/" in shown
    undo(page)
    run_job(Job.objects.get(kind="customers.undo_bulk").pk)
    assert Customer.objects.filter(is_active=True).count() == len(customers)
    shown = page.get(job.url).content.decode()
    assert "It is undone." in shown and f"{job.url}undo/" not in shown


def test_a_job_that_was_stopped_goes_on_behind_its_last_chunk(page, organisation, as_a_job, monkeypatch):
    customers = [make_customer(organisation) for _ in range(5)]
    do(page, "tag", all="1", tag_name="VIP")
    job = Job.objects.get()
    chunks = iter([running.do_chunk, None])
    monkeypatch.setattr(running, "do_chunk", lambda *args: next(chunks)(*args))
    run_job(job.pk)
    assert tags(customers) == ["VIP", "VIP", "", "", ""]

    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED, finished_at=None)
    run_job(job.pk)

    assert tags(customers) == ["VIP"] * 5
    assert BulkAction.objects.get().changed_count == 5


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("tag", {"tag_name": ""}),
        ("tag", {"tag_name": "a,b"}),
        ("tag", {"tag_name": "x" * 41}),
        ("withdraw", {"purpose": "everything"}),
    ],
)
def test_what_cannot_be_is_asked_again(page, customers, kind, data):
    response = do(page, kind, all="1", follow=False, **data)

    assert response.status_code == 422
    assert not BulkAction.objects.exists()


@pytest.mark.parametrize("data", [{}, {"selected": "x"}, {"selected": "-1"}, {"all": "1", "source": "moon"}])
def test_who_is_meant_must_be_readable(page, customers, data):
    do(page, "deactivate", **data)

    assert Customer.objects.filter(is_active=True).count() == 3


def test_nobody_of_another_organisation_is_changed(page, outsider):
    foreign = make_customer(outsider.membership.organisation)

    do(page, "deactivate", selected=[foreign.pk])

    assert Customer.objects.get(pk=foreign.pk).is_active


def test_a_filter_that_is_gone_when_the_job_begins_changes_nobody(page, organisation, customers, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 0)
    tag_many(organisation, {customers[0].pk: ["Gone"]})
    do(page, "deactivate", all="1", tag="Gone")

    untag_many(organisation, {customers[0].pk: ["Gone"]})
    Tag.objects.all().delete()
    run_job((job := Job.objects.get()).pk)

    job.refresh_from_db()
    assert (job.status, "Gone" in job.error) == (Job.Status.FAILED, True)
    assert Customer.objects.filter(is_active=True).count() == 3
