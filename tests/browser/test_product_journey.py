"""From a menu in a spreadsheet to a product that is sold out, and to who has ordered what."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.core.text.periods import local_day
from backoffice.imports.models import FileImport
from orders.models import Product, ProductImport
from tests.browser.imports import PRODUCTS, keep_a_worker
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401
from tests.browser.test_import_journey import work
from tests.factories import make_customer, make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def menu(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    path = tmp_path / "karte.csv"
    path.write_text(PRODUCTS)
    return path


def test_a_menu_comes_in_sells_out_and_is_found_at_its_guest(open_as, house, menu, axe):  # noqa: F811
    keep_a_worker()
    page = open_as(house.manager, "/products/")
    found = {}

    def look(step, heading=""):
        assert_fits(page, heading)
        found[step] = axe()

    page.get_by_role("link", name="Import", exact=True).click()
    look("file")
    page.locator("input[type=file]").set_input_files(menu)
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.get_by_role("heading", name="The file is read")).to_be_visible()
    work()

    expect(page.get_by_text("5 of 5 columns are taken over")).to_be_visible()
    look("columns")
    page.get_by_role("button", name="Continue to review").click()
    expect(page.get_by_role("heading", name="The rows are checked")).to_be_visible()
    work()

    start = page.get_by_role("button", name="Import 2 products")
    expect(start).to_be_visible()
    expect(page.get_by_role("row", name="Brezn Preis viel This is not an amount")).to_be_visible()
    look("check")
    start.click()
    expect(page.get_by_role("heading", name="Products are imported")).to_be_visible()
    work()

    look("result", "The products are in")
    assert ProductImport.objects.get().state == FileImport.State.DONE
    page.get_by_role("link", name="Show products").click()
    expect(page.get_by_text("Rindsgulasch mit einem langen Namen")).to_be_visible()
    page.get_by_role("button", name="Sold out today: Zwickl").click()
    expect(page.get_by_role("button", name="Available again: Zwickl")).to_be_visible()
    today = local_day(timezone.now(), house.manager.membership.organisation.tz)
    assert Product.objects.get(name="Zwickl").sold_out_on == today
    assert {step: serious for step, serious in found.items() if serious} == {}


def test_from_what_a_guest_eats_to_the_report_of_that_guest(open_as, house):
    organisation = house.manager.membership.organisation
    guest = make_customer(organisation, first_name="Lotte", last_name="Lavendel")
    make_order(guest)
    make_order(make_customer(organisation))

    page = open_as(house.manager, reverse("customers:profile", args=[guest.pk]))
    page.get_by_role("link", name="Products", exact=True).last.click()
    expect(page.get_by_role("heading", name="Products")).to_be_visible()
    page.get_by_role("link", name="In the product report").click()
    expect(page.get_by_role("link", name="Remove filter Customer")).to_be_visible()
    assert page.url.endswith(f"/products/report/?customer={guest.pk}")
    # one of the two that the house has sold
    expect(page.get_by_role("row", name="Käsespätzle 1 €20.00")).to_be_visible()
