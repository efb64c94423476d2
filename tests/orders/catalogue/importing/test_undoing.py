"""An import of products is taken back, but for what is in use or was changed since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.imports.staging import Staging
from orders.catalogue.changing import save_product, set_sold_out
from orders.catalogue.importing import undoing
from orders.catalogue.importing.jobs import clear_old_imports
from orders.models import ImportedProduct, Product, ProductImport
from tests.loyalty.factories import make_coupon
from tests.orders.factories import make_product

ROWS = ("Pils;Getränke;4,20;1;19;;nein", "Brezn;Beilagen;2;;7;Gluten;ja", "Senf;;1;;;;")


@pytest.fixture
def pils(organisation):
    return make_product(organisation, name="Pils", price_cents=390, edited_at=None)


def rows() -> list[dict]:
    return list(Product.objects.order_by("pk").values())


@pytest.mark.parametrize("chunk", [1, 300])
def test_everything_is_as_before(pils, imported, take_back, monkeypatch, chunk):
    monkeypatch.setattr(undoing, "CHUNK", chunk)
    before = rows()
    run = imported(*ROWS)
    assert Product.objects.count() == 3
    run = take_back(run)
    assert rows() == before
    assert run.state == ProductImport.State.UNDONE
    assert run.job.counts == {"removed": 2, "restored": 1, "kept": 0}
    assert imported(*ROWS).counts["added"] == 2


def test_what_somebody_has_changed_since_stays(pils, imported, take_back, manager):
    run = imported(*ROWS)
    for name, changes in (("Pils", {"price_cents": 450}), ("Brezn", {"category": "Brot"})):
        product = Product.objects.get(name=name)
        vars(product).update(changes)
        save_product(product, changed=list(changes), actor=manager)
    counts = take_back(run).job.counts
    assert counts == {"removed": 1, "restored": 1, "kept": 1}
    pils.refresh_from_db()
    # the price is somebody's own by now, the rest returns
    assert (pils.price_cents, pils.cost_cents, pils.tax_rate, pils.is_available) == (450, None, None, True)
    assert Product.objects.get(name="Brezn").category == "Brot"


def test_taxes_return_together_or_not_at_all(organisation, imported, take_back):
    menu = make_product(organisation, name="Menü", tax_rate=7)
    run = imported("Menü;19;7", head="Artikel;MwSt;MwSt 2")
    Product.objects.filter(pk=menu.pk).update(second_tax_pct=40)
    take_back(run)
    menu.refresh_from_db()
    assert (menu.tax_rate, menu.second_tax_rate, menu.second_tax_pct) == (19, 7, 40)


def test_what_is_in_use_stays(organisation, imported, take_back, record):
    run = imported("Gulasch;;10;;;;", "Pils;;4;;;;", "Senf;;1;;;;")
    record()  # a receipt with Gulasch, among others
    make_coupon(organisation, kind="product", product=Product.objects.get(name="Pils"))
    assert take_back(run).job.counts == {"removed": 1, "restored": 0, "kept": 2}
    assert not Product.objects.filter(name="Senf").exists()
    assert Product.objects.filter(name__in=["Gulasch", "Pils"]).count() == 2


def test_sold_out_for_a_day_is_no_change(imported, take_back, manager):
    run = imported("Senf;;1;;;;")
    set_sold_out(Product.objects.get(), day=timezone.now().date(), actor=manager)
    assert take_back(run).job.counts["removed"] == 1


def test_rows_and_file_go_when_there_is_no_way_back(imported):
    run = imported(*ROWS)
    ProductImport.objects.update(finished_at=timezone.now() - timedelta(days=40))
    clear_old_imports()
    assert not ImportedProduct.objects.exists()
    assert not Staging(run.key).folder.exists()
    assert Product.objects.count() == 3
