"""Products in the browser: file, columns, check, run, undo, and who may."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from backoffice.staff.auth import forget_permissions
from orders.models import Product, ProductImport
from tests.orders.factories import make_product

URL = "/products/import/"
ROWS = "Artikel;Preis;Farbe\r\nKäsespätzle;9,50;gelb\r\nPils;viel;\r\nBrezn;2;\r\n"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


@pytest.fixture
def browser(sign_in, manager, location):
    return sign_in(manager)


def bring(client):
    return client.post(URL, {"file": SimpleUploadedFile("karte.csv", ROWS.encode())})


def send_columns(client, run, page):
    form = page.context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields} | {"job": run.job_id}
    return client.post(run.pages["columns"], chosen)


def test_a_file_goes_from_the_list_to_the_menu_and_back(browser, organisation, work):
    make_product(organisation, name="Brezn", price_cents=150)
    assert f'href="{URL}"' in browser.get("/products/").text

    bring(browser)
    run = work(ProductImport.objects.get())
    page = browser.get(run.pages["run"], follow=True)
    assert page.redirect_chain[-1][0] == run.pages["columns"]
    assert "2 of 3 columns are taken over" in text_of(page)

    send_columns(browser, run, page)
    run = work(run)
    page = text_of(browser.get(run.pages["check"]))
    assert "Import 2 products" in page
    assert "3 Pils Preis viel This is not an amount" in page

    browser.post(run.pages["start"], {"job": run.job_id})
    run = work(run)
    page = text_of(browser.get(run.pages["run"]))
    assert "The products are in" in page
    assert "1 row skipped" in page
    assert set(Product.objects.values_list("name", "price_cents")) == {("Käsespätzle", 950), ("Brezn", 200)}
    assert "1 new, 1 changed, 1 skipped" in text_of(browser.get("/products/import/runs/"))

    assert "Products that came with it are removed" in text_of(browser.get(run.pages["undo"]))
    browser.post(run.pages["undo"])
    run = work(run)
    assert "The import is undone" in text_of(browser.get(run.pages["run"]))
    assert set(Product.objects.values_list("name", "price_cents")) == {("Brezn", 150)}


def test_nothing_to_do_is_said_and_cannot_be_started(browser, organisation, check):
    make_product(organisation, name="Brezn", price_cents=200)
    run = check("Brezn;2", head="Artikel;Preis")
    assert "Nothing would change" in text_of(browser.get(run.pages["check"]))
    browser.post(run.pages["start"], {"job": run.job_id})
    assert ProductImport.objects.get().state == ProductImport.State.CHECKED


def test_what_was_chosen_holds_for_the_next_file_with_these_columns(browser, work, bring):
    run = bring("Brezn;2;3", head="Ware;Preis;Sonst")
    browser.post(run.pages["columns"], {"field_0": "product", "field_1": "price", "job": run.job_id})
    run = work(run)
    browser.post(run.pages["start"], {"job": run.job_id})
    work(run)
    assert bring("Pils;2;3", head="Ware;Preis;Sonst").mapping["columns"]["Ware"] == "product"


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_example_is_a_file_that_comes_in(browser, manager, check, format, language):
    manager.language = language
    manager.save()
    content = b"".join(browser.get(f"{URL}example.{format}"))
    run = check(content=content, name=f"example.{format}")
    assert (run.checked["added"], run.checked["refused"]) == (2, 0)
    assert "" not in run.mapping["columns"].values()


def test_waiters_see_no_way_in_and_have_none(sign_in, staff, location):
    client = sign_in(staff)
    assert URL not in client.get("/products/").text
    assert client.get(URL).status_code == 403
    assert bring(client).status_code == 403
    assert not ProductImport.objects.exists()


@pytest.mark.parametrize("right", ["add_product", "change_product"])
def test_both_rights_are_needed(sign_in, manager, location, right):
    Group.objects.get(name="manager").permissions.remove(Permission.objects.get(codename=right))
    forget_permissions()
    client = sign_in(manager)
    assert URL not in client.get("/products/").text
    assert client.get(URL).status_code == 403


def test_the_import_of_another_house_is_not_there(sign_in, outsider, check):
    run = check("Brezn;2", head="Artikel;Preis")
    client = sign_in(outsider)
    for page in ("run", "columns", "check", "refused", "undo"):
        assert client.get(run.pages[page]).status_code == 404
