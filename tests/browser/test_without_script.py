"""Everything important works with JavaScript turned off."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser):
    """Takes the place of the page with script in `open_as`."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB", accept_downloads=True)
    yield context.new_page()
    context.close()


def names(page):
    return page.locator("tbody a.who-name")


def test_search_filter_sort_and_turn_pages(open_as, crowd):
    page = open_as(crowd.manager, "/customers/?size=25")
    page.get_by_role("searchbox").fill("guest 1")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("10 customers found")).to_be_visible()

    page.get_by_role("columnheader", name="Customer", exact=True).get_by_role("link").click()
    expect(names(page).first).to_have_text("Paula Guest 10")
    page.locator("summary.chip", has_text="Source").click()
    page.get_by_role("checkbox", name="Store").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("3 customers found")).to_be_visible()

    page.goto(page.url.split("?")[0] + "?size=25")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".pager")).to_contain_text("26–30 of 30")


def test_every_filter_and_the_columns_have_a_page(open_as, house):
    page = open_as(house.manager, "/customers/")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Orders, at least").fill("2")
    page.get_by_role("button", name="Show customers").click()
    expect(names(page)).to_have_text(["Paula Pfefferkorn"])

    page.get_by_role("link", name="Columns").click()
    page.get_by_role("checkbox", name="Revenue", exact=True).check()
    page.get_by_role("button", name="Save columns").click()

    expect(page.get_by_role("columnheader", name="Revenue", exact=True)).to_be_visible()


def test_a_customer_is_added_edited_and_put_to_rest(open_as, house):
    page = open_as(house.manager, "/customers/new/")
    page.get_by_label("First name").fill("Łucja")
    page.get_by_label("Last name").fill("Müller")
    page.get_by_label("Primary phone").fill("0171 39 200 78")
    page.get_by_label("Tags").fill("VIP, Büro")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Łucja Müller is added.")).to_be_visible()
    expect(page.locator(".profile-head .tag")).to_have_text(["Büro", "VIP"])

    page.locator(".page-actions > a", has_text="Edit").click()
    page.get_by_label("City").fill("Köln")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("address")).to_contain_text("Köln")

    page.locator(".page-actions summary").click()
    page.get_by_role("button", name="Mark as inactive").click()
    expect(page.get_by_text("This customer is inactive")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Łucja Müller is active again.")).to_be_visible()


def test_tags_come_go_and_are_undone(open_as, house):
    page = open_as(house.staff, f"/customers/{house.paula.pk}/")
    tags = page.locator(".profile-head .tag")
    page.locator("summary[aria-label='Add tag']").click()
    page.get_by_label("New tag").fill("VIP")
    page.get_by_role("button", name="Add tag").click()
    expect(tags).to_have_text(["Regular", "VIP"])
    page.get_by_role("button", name="Remove tag Regular").click()
    expect(tags).to_have_text(["VIP"])
    page.get_by_role("button", name="Undo").click()

    expect(tags).to_have_text(["Regular", "VIP"])


def test_consent_is_granted_and_withdrawn(open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    marketing = page.locator(".switch-row", has_text="Marketing communications")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(marketing.get_by_role("switch")).to_be_hidden()
    label = marketing.locator("label").bounding_box()
    button = marketing.get_by_role("button", name="Record consent").bounding_box()
    assert label["x"] + label["width"] <= button["x"]
    marketing.get_by_role("button", name="Record consent").click()
    page.get_by_label("How was it given?").select_option("By phone")
    page.get_by_role("button", name="Save consent").click()
    expect(marketing).to_contain_text("Given on")

    marketing.get_by_role("button", name="Record withdrawal").click()
    expect(marketing).to_contain_text("Withdrawn on")
    page.get_by_role("button", name="Undo").click()

    expect(marketing).to_contain_text("Given on")


def test_the_list_is_exported(open_as, house):
    page = open_as(house.manager, "/customers/?q=pfeff")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export CSV").click()

    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")

    assert [row["last_name"] for row in csv.DictReader(io.StringIO(text))] == ["Pfefferkorn"]


def test_ticked_rows_are_exported(open_as, house):
    page = open_as(house.manager, "/customers/?sort=name")
    page.locator("tbody .card-select input").nth(0).check()
    with page.expect_download() as waiting:
        page.get_by_role("region", name="Actions for the selection").get_by_role(
            "button", name="Export CSV"
        ).click()

    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")

    assert [row["last_name"] for row in csv.DictReader(io.StringIO(text))] == ["Guest 00"]


def test_the_menu_exports_what_is_ticked_and_the_next_page_says_so(open_as, house):
    page = open_as(house.manager, "/customers/?sort=name")
    page.locator("tbody .card-select input").nth(1).check()
    menu = page.locator("[data-export-menu]")
    expect(menu.locator("summary")).to_have_text("Export selection", use_inner_text=True)
    menu.locator("summary").click()
    with page.expect_download() as waiting:
        menu.get_by_role("button", name="Export CSV").click()

    text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")

    assert [row["last_name"] for row in csv.DictReader(io.StringIO(text))] == ["Guest 01"]
    page.reload()
    expect(page.get_by_text("1 customer exported: customers-")).to_be_visible()
