"""Orders of any German till: its legal export comes in through the pages of every import."""

import os
import time
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backoffice.imports import runs
from orders.importing.mapping import OrderMapping
from orders.importing.runs import start_check
from orders.models import ConnectedSource, Order, OrderImport
from orders.sources.connecting import save_source
from orders.sources.folders import take_files
from tests.core.files.till_exports import Till
from tests.orders.sources.senders import work


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.INBOX_DIR = tmp_path / "media", tmp_path / "inbox"


@pytest.fixture
def till():
    till = Till()
    till.sell("B-01", ("Schnitzel", 2, 29.0, 2), ("Riesling", 1, 7.5, 1), ("Tip", 1, 2.0, 5, "TrinkgeldAN"))
    till.sell("B-02", ("Menü", 1, 20.0, {2: 14.0, 1: 6.0}), KUNDE_NAME="Änne Groß", KUNDE_ID="0171 3920012")
    return till


@pytest.fixture
def bring(organisation, location, admin):
    """Bring an export as a person does, check it and take it in."""

    def take_in(till) -> OrderImport:
        upload = SimpleUploadedFile("export.zip", till.archive())
        run = runs.start_upload(OrderImport, organisation=organisation, actor=admin, upload=upload)
        work()
        run.refresh_from_db()
        start_check(run, OrderMapping.from_json(run.mapping), actor=admin)
        work()
        run.refresh_from_db()
        runs.start_import(run, actor=admin)
        work()
        run.refresh_from_db()
        return run

    return take_in


def test_receipts_come_in_with_taxes_tips_and_customers(bring, till):
    run = bring(till)
    assert (run.kind, run.counts["recorded"]) == ("till", 2)
    first, second = Order.objects.order_by("placed_at")
    assert (first.total_cents, first.tip_cents, first.source) == (3650, 200, "store")
    rates = [(line.name, line.quantity, line.tax_rate) for line in first.lines.all()]
    assert rates == [("Schnitzel", 2, Decimal("7.00")), ("Riesling", 1, Decimal("19.00"))]
    menu = second.lines.get()
    assert (menu.tax_rate, menu.second_tax_rate, menu.second_tax_pct) == (Decimal(7), Decimal(19), 30)
    assert (second.customer.last_name, second.customer.phone) == ("Groß", "+491713920012")


def test_the_same_export_again_changes_nothing(bring, till, organisation):
    bring(till)
    again = bring(till)
    assert (again.counts["recorded"], again.counts["repeated"], again.counts["refused"]) == (0, 2, 0)


def test_a_later_reversal_voids_what_came_before(bring, till):
    bring(till)
    next_day = Till()
    next_day.sell("B-09", ("Menü", -1, -20.0, {2: -14.0, 1: -6.0}), storno=True, of="B-02")
    for voided in (1, 0):
        run = bring(next_day)
        assert (run.counts["voided"], run.counts["refused"]) == (voided, 0)
    order = Order.objects.get(external_id="KASSE-1-312-B-02")
    assert (order.status, order.customer.stats.revenue_cents) == ("voided", 0)
    assert Order.objects.count() == 2


def test_an_overlapping_export_with_the_reversal_voids_too(bring, till):
    bring(till)
    till.sell("B-03", ("Menü", -1, -20.0, {2: -14.0, 1: -6.0}), storno=True, of="B-02")
    run = bring(till)
    assert (run.counts["voided"], run.counts["repeated"], run.counts["refused"]) == (1, 1, 0)


def test_the_upload_page_takes_it(sign_in, admin, till, location):
    client = sign_in(admin)
    assert "DSFinV-K" in client.get(reverse("orders:import")).content.decode()
    client.post(reverse("orders:import"), {"file": SimpleUploadedFile("export.zip", till.archive())})
    work()
    run = OrderImport.objects.get()
    assert (run.problem, run.profile["rows"]) == ("", 3)


def test_a_folder_of_a_till_comes_in_by_itself(organisation, location, admin, till):
    blank = ConnectedSource(organisation=organisation, name="Kasse", source="store", location=location)
    folder = save_source(blank, actor=admin, changed=["name"])
    export = folder.path / "2026-11-20"
    export.mkdir()
    for name in till.columns:
        (export / name).write_bytes(till.sheet(name))
    (export / "index.xml").write_bytes(till.index())
    for path in [*export.iterdir(), export]:
        os.utime(path, (time.time() - 3600,) * 2)
    for _minute in range(2):
        take_files()
        work()
    assert Order.objects.count() == 2
    assert not export.exists()
    assert folder.imports.get().filename == "2026-11-20.zip"
