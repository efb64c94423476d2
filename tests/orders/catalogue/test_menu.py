"""Products: the list by category, the form, sold out for a day, archived (PRODUCT S4)."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.audit.models import AuditEntry, ExportRun
from backoffice.core.text.periods import local_day
from orders.events import OrderEventLine
from orders.importing.undoing import _delete_unused
from orders.models import Product
from tests.orders.factories import make_product

URL = "/products/"
FORM = {"name": "Mittagsmenü", "price_cents": "14,90", "is_available": "on"}


def names(response) -> list[str]:
    return [row.name for part in response.context["parts"] for row in part.rows]


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="product")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_products_stand_by_category_those_without_one_last(organisation, other_organisation, page):
    make_product(organisation, name="Äpfel")
    make_product(organisation, name="Zander", category="Fisch")
    make_product(organisation, name="Aal", category="Fisch")
    make_product(other_organisation, name="Paella")
    assert names(page(URL)) == ["Aal", "Zander", "Äpfel"]


@pytest.mark.parametrize("query", ["ka", "KÄ", "haupt spa", "Spätzle"])
def test_two_letters_find_a_product_whatever_their_case(organisation, page, query):
    make_product(organisation, name="Käsespätzle", category="Hauptgerichte")
    make_product(organisation, name="Pils")
    assert names(page(f"{URL}?q={query}")) == ["Käsespätzle"]


def test_each_view_shows_how_products_stand(organisation, page):
    today = local_day(timezone.now(), organisation.tz)
    make_product(organisation, name="Pils")
    make_product(organisation, name="Aal", sold_out_on=today)
    make_product(organisation, name="Kohl", sold_out_on=today - timedelta(days=1))
    make_product(organisation, name="Gans", is_available=False)
    make_product(organisation, name="Reh", archived_at=timezone.now())
    assert names(page(URL)) == ["Aal", "Kohl", "Pils"]
    assert names(page(f"{URL}?view=sold-out")) == ["Aal"]
    assert names(page(f"{URL}?view=off")) == ["Gans"]
    assert names(page(f"{URL}?view=archived")) == ["Reh"]
    assert names(page(f"{URL}?view=%00&q=%00")) == ["Aal", "Kohl", "Pils"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(organisation, page, count, django_assert_num_queries):
    for number in range(count):
        make_product(organisation, category=f"Part {number}")
    page(URL)
    with django_assert_num_queries(4):
        assert len(names(page(URL))) == count


def test_a_product_is_added_and_changed(page):
    page(
        f"{URL}new/", FORM | {"tax_rate": "7 %", "second_tax_rate": "19", "allergens": ["milk", "eggs"]}, 302
    )
    product = Product.objects.get()
    assert (product.name_key, product.price_cents, product.cost_cents) == ("mittagsmenü", 1_490, None)
    assert (product.tax_rate, product.second_tax_rate, product.second_tax_pct) == (7, 19, 30)
    assert sorted(product.allergens) == ["eggs", "milk"]

    page(f"{URL}{product.pk}/edit/", FORM | {"cost_cents": "4", "tax_rate": "5,5"}, 302)
    product.refresh_from_db()
    assert (product.cost_cents, product.tax_rate, product.second_tax_pct) == (400, Decimal("5.5"), None)
    assert actions() == ["product.added", "product.changed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", ""), ("name", "x" * 10_000), ("name", "PILS"), ("name", "\u200b"), ("name", "a\x00b")),
        *(("category", "x" * 61), ("price_cents", ""), ("price_cents", "-1"), ("price_cents", "9" * 40)),
        *(("cost_cents", "-1"), ("cost_cents", "cheap"), ("tax_rate", "101"), ("tax_rate", "7,123")),
        *(("second_tax_pct", "100"), ("second_tax_rate", "x"), ("allergens", "dust")),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(organisation, page, field, value):
    make_product(organisation, name="Pils")
    taxes = {"tax_rate": "7", "second_tax_rate": "19"}
    response = page(f"{URL}new/", FORM | taxes | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert Product.objects.count() == 1


def test_a_second_rate_needs_a_first(page):
    response = page(f"{URL}new/", FORM | {"second_tax_rate": "19"})
    assert "first one" in response.context["form"].errors["tax_rate"][0]


def test_sold_out_is_one_press_with_an_undo(organisation, page):
    product = make_product(organisation, name="Aal")
    for _twice in range(2):
        page(f"{URL}{product.pk}/sold-out/", {"next": "/products/?q=aa"}, 302)
    assert f'action="/products/{product.pk}/available/"' in page(URL).text
    page(f"{URL}{product.pk}/available/", {}, 302)
    assert Product.objects.get().sold_out_on is None
    assert actions() == ["product.sold_out", "product.available"]


def test_sold_out_lasts_for_the_day_of_the_house(organisation, page):
    type(organisation).objects.update(timezone="Pacific/Auckland")
    product = make_product(organisation)
    with time_machine.travel(datetime(2026, 3, 2, 22, 0, tzinfo=UTC), tick=False):
        page(f"{URL}{product.pk}/sold-out/", {}, 302)
        assert names(page(f"{URL}?view=sold-out")) == [product.name]
    product.refresh_from_db()
    assert product.sold_out_on == date(2026, 3, 3)
    with time_machine.travel(datetime(2026, 3, 3, 12, 0, tzinfo=UTC), tick=False):
        assert names(page(f"{URL}?view=sold-out")) == []


def test_archived_is_out_of_the_list_and_comes_back(organisation, page):
    product = make_product(organisation, name="Aal")
    page(f"{URL}{product.pk}/archive/", {}, 302)
    assert "/restore/" in page(URL).text
    assert names(page(URL)) == []
    page(f"{URL}{product.pk}/restore/", {}, 302)
    assert names(page(URL)) == ["Aal"]
    assert actions() == ["product.archived", "product.restored"]


def test_the_file_has_the_products_of_the_list(organisation, page):
    make_product(organisation, name="Aal", tax_rate=7, allergens=["fish"])
    make_product(organisation, name="=1+1", category="x")
    response = page(f"{URL}export.csv?q=aal&for=programs&delimiter=,&decimal=.")
    (row,) = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert (row["product"], row["price"], row["cost"], row["tax_rate"]) == ("Aal", "9.00", "", "7")
    assert (row["allergens"], row["on_menu"]) == ("fish", "yes")
    assert ExportRun.objects.get().kind == "products"
    assert page(f"{URL}export.xlsx").getvalue()[:2] == b"PK"


def test_staff_marks_sold_out_and_sees_no_form(organisation, location, sign_in, staff):
    product = make_product(organisation)
    client = sign_in(staff)
    text = client.get(URL).text
    assert f"/products/{product.pk}/sold-out/" in text
    assert "/edit/" not in text and "/products/new/" not in text


def test_a_new_product_of_an_order_is_on_the_menu(record, page):
    record(lines=(OrderEventLine("Menü", 1, 1_490, None, Decimal("7"), "", Decimal("19"), 30),))
    assert names(page(URL)) == ["Menü"]
    assert Product.objects.get().second_tax_pct == 30


@pytest.mark.parametrize(
    "fields", [{"second_tax_rate": 19}, {"tax_rate": 7, "second_tax_rate": 19, "second_tax_pct": 100}]
)
def test_the_database_keeps_taxes_complete(organisation, fields):
    with pytest.raises(IntegrityError, match="product_taxes_complete"), transaction.atomic():
        make_product(organisation, **fields)


def test_a_product_kept_by_hand_survives_the_undo_of_an_import(organisation):
    kept = make_product(organisation, edited_at=timezone.now())
    _delete_unused({kept.pk, make_product(organisation).pk})
    assert list(Product.objects.all()) == [kept]
