"""From a till's receipts to orders, and back."""

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.browser.imports import ORDERS, keep_a_worker
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401
from tests.browser.test_import_journey import work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def till(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    path = tmp_path / "kasse.csv"
    path.write_text(ORDERS)
    return path


def test_orders_from_a_file_and_back(open_as, house, till, axe):  # noqa: F811
    keep_a_worker()
    before = Order.objects.count()
    page = open_as(house.manager, "/orders/import/")
    found = {}

    def look(step, heading=""):
        assert_fits(page, heading)
        found[step] = axe()

    look("file")
    page.locator("input[type=file]").set_input_files(till)
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.get_by_role("heading", name="The file is read")).to_be_visible()
    work()

    expect(page.get_by_text("3 rows · 7 columns")).to_be_visible()
    look("columns")
    page.get_by_role("button", name="Continue to review").click()
    expect(page.get_by_role("heading", name="The rows are checked")).to_be_visible()
    work()

    start = page.get_by_role("button", name="Import 2 orders")
    expect(start).to_be_visible()
    look("check")
    start.click()
    expect(page.get_by_role("heading", name="Orders are imported")).to_be_visible()
    look("running")
    work()

    look("result", "The orders are in")
    assert Order.objects.count() == before + 2

    page.get_by_role("link", name="Undo import …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    look("question")
    dialog.get_by_role("button", name="Undo import").click()
    expect(page.get_by_role("heading", name="The import is being undone")).to_be_visible()
    work()

    look("undone", "undone")
    assert Order.objects.count() == before
    assert {step: serious for step, serious in found.items() if serious} == {}
