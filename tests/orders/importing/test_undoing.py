"""An import of orders is taken back as if it had never been."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from backoffice.imports import runs
from backoffice.imports.staging import Staging
from backoffice.jobs.models import Job
from backoffice.jobs.running import RunningJob
from backoffice.jobs.services import recover_jobs, run_job
from customers.figures.counters import stored_counters, stored_daily
from customers.models import Customer
from loyalty.models import PointsEntry
from loyalty.points import PointsLine, add_lines
from orders.correcting import void_order
from orders.importing import jobs as working
from orders.importing import undoing
from orders.importing.runs import clear_old_imports
from orders.models import Driver, Fulfilment, Order, OrderImport, Product
from orders.recording import record_order
from tests.factories import make_customer
from tests.orders.factories import make_driver, make_event, make_programme

ROWS = [
    *("1;01.10.2026 18:30;Pils;2;4,90;Anna Müller;0171 39200012", "2;02.10.2026 12:00;Espresso;1;3,00;;"),
    *(f"{n};03.10.2026 12:00;Suppe;1;7,00;Kunde {n};0171 39201{n}" for n in range(10, 15)),
]


def everything(organisation) -> tuple:
    figures = Customer.objects.order_by("pk").values_list(
        *("pk", "stats__receipts_count", "stats__revenue_cents", "stats__points", "stats__earned_points"),
        *("stats__last_order_at", "stats__first_order_on", "joined_at", "first_name", "last_name"),
        *("phone", "email", "module_bits", "search_text"),
    )
    orders = Order.objects.order_by("pk").values_list("pk", "status", "total_cents")
    daily = {key: sums for key, sums in stored_daily(organisation).items() if any(sums)}
    return list(figures), list(orders), stored_counters(organisation), daily


@pytest.fixture
def house(organisation, location):
    """A house with a customer who has ordered before, and one who has not."""
    make_programme(organisation)
    record_order(organisation=organisation, event=make_event(location))
    make_customer(organisation, phone="+491713920110", first_name="", last_name="")
    return organisation


@pytest.mark.parametrize("chunk", [1, 3, 300])
def test_everything_is_as_before(house, imported, take_back, monkeypatch, chunk):
    monkeypatch.setattr(undoing, "CHUNK", chunk)
    before = everything(house)
    run = imported(*ROWS)
    assert Order.objects.count() == 8
    assert Product.objects.count() == 4

    run = take_back(run)

    assert everything(house) == before
    assert run.state == OrderImport.State.UNDONE
    assert run.job.counts == {"removed": 7, "kept": 0, "customers": 4}
    assert [product.name for product in Product.objects.all()] == ["Käsespätzle"]
    call_command("rebuild_customer_stats", check=True)


def test_how_an_order_came_to_its_customer_goes_with_it(house, imported, take_back):
    mine = Order.objects.get()
    run = imported(*ROWS)
    driver = make_driver(house)
    for order in Order.objects.all():
        Fulfilment.objects.create(order=order, driver=driver)
    take_back(run)
    assert [way.order for way in Fulfilment.objects.all()] == [mine]
    assert Driver.objects.exists()


def test_the_file_can_be_imported_anew_after_that(house, imported, take_back):
    take_back(imported(*ROWS))
    assert imported(*ROWS).counts["recorded"] == 7


def test_what_somebody_has_voided_stays(house, imported, take_back):
    run = imported(*ROWS)
    void_order(Order.objects.get(external_id="2"), reason="wrong table")
    assert take_back(run).job.counts["kept"] == 1
    assert Order.objects.filter(external_id="2", brought_by=None).exists()


def test_customers_who_have_done_something_since_stay(house, location, imported, take_back):
    run = imported(*ROWS)
    record_order(organisation=house, event=make_event(location, phone="+491713920111"))
    assert take_back(run).job.counts["customers"] == 3
    stayed = Customer.objects.get(phone="+491713920111")
    assert (stayed.stats.receipts_count, stayed.stats.points) == (1, 25)


def test_points_that_were_spent_stay_spent(house, imported, take_back):
    run = imported("1;01.10.2026 18:30;Buffet;1;100,00;Neu;0171 3920199")
    customer = Customer.objects.get(phone="+491713920199")
    add_lines(house, [PointsLine(customer.pk, "redeemed", -60, timezone.now())])
    take_back(run)
    customer = Customer.objects.get(pk=customer.pk)
    assert (customer.stats.points, customer.stats.earned_points) == (0, 60)
    entries = PointsEntry.objects.filter(customer=customer).order_by("id")
    assert list(entries.values_list("points", flat=True)) == [100, -60, -40]
    call_command("rebuild_customer_stats", check=True)


def test_a_killed_import_continues_behind_its_last_batch(house, bring, check, monkeypatch):
    """Killed in its second batch: nothing is lost, nothing counted twice."""
    monkeypatch.setattr("orders.recording.bulk.ROWS", {"sqlite": 4, "postgresql": 4})
    run = check(bring(*ROWS))
    runs.start_import(run, actor=run.actor)
    advance, calls = RunningJob.advance, []

    def die_in_the_second(self, **told):
        calls.append(told)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return advance(self, **told)

    monkeypatch.setattr(RunningJob, "advance", die_in_the_second)
    run.refresh_from_db()
    with pytest.raises(KeyboardInterrupt):
        run_job(run.job_id)
    monkeypatch.setattr(RunningJob, "advance", advance)
    assert 0 < Order.objects.filter(brought_by=run).count() < 7

    Job.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(minutes=5))
    recover_jobs()
    run_job(run.job_id)

    run.refresh_from_db()
    assert (run.state, run.counts["recorded"], run.counts["rows"]) == ("done", 7, 7)
    assert (run.counts["customers_created"], run.counts["customers_found"]) == (4, 2)
    assert Order.objects.filter(brought_by=run).count() == 7
    call_command("rebuild_customer_stats", check=True)


def test_an_import_that_was_stopped_can_go_on_or_back(house, bring, check, work, monkeypatch):
    monkeypatch.setattr("orders.recording.bulk.ROWS", {"sqlite": 4, "postgresql": 4})
    run = check(bring(*ROWS))
    runs.start_import(run, actor=run.actor)
    settle = working.OrderWalk.settle

    def stop_after_first(self, batch):
        settle(self, batch)
        if self.counts.recorded >= 4:
            type(run.job).objects.filter(pk=run.job_id).update(cancel_requested=True)

    run.refresh_from_db()
    monkeypatch.setattr(working.OrderWalk, "settle", stop_after_first)
    run = work(run)
    assert run.state == OrderImport.State.STOPPED
    part = Order.objects.filter(brought_by=run).count()
    assert 0 < part < 7
    monkeypatch.setattr(working.OrderWalk, "settle", settle)
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    assert work(run).counts["recorded"] == 7


def test_old_imports_lose_their_file_and_keep_their_orders(house, imported):
    run = imported(*ROWS)
    OrderImport.objects.update(finished_at=timezone.now() - timedelta(days=40))
    clear_old_imports()
    assert not Staging(run.key).folder.exists()
    assert Order.objects.filter(brought_by=run).count() == 7
