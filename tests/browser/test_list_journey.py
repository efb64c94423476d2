"""A manager works with the customer list."""

import re

import pytest
from playwright.sync_api import expect

from customers.listing.columns import COLUMNS
from tests.browser.layout import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_as, crowd):
    page = open_as(crowd.manager, "/customers/?size=25")
    page.evaluate("window.sameDocument = true")
    return page


def names(page):
    return page.locator("tbody a.who-name")


def stays_without_reload(page):
    return page.evaluate("window.sameDocument === true")


def test_results_follow_the_typing_and_the_address_follows_the_results(page):
    page.get_by_role("searchbox", name="Search customers").press_sequentially("pfeff")

    expect(names(page)).to_have_text(["Paula Pfefferkorn"])
    expect(page).to_have_url(re.compile(r"\?.*q=pfeff"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert stays_without_reload(page)


def test_a_phone_is_found_in_national_spelling(page, house):
    national = "0" + house.paula.phone.removeprefix("+49")
    page.get_by_role("searchbox").fill(f"{national[:4]} {national[4:]}")

    expect(names(page)).to_have_text(["Paula Pfefferkorn"])


def test_a_menu_filters_and_a_chip_takes_it_back(page):
    page.locator("summary.chip", has_text="Source").click()
    page.get_by_role("checkbox", name="Store").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("10 customers found")).to_be_visible()
    expect(page).to_have_url(re.compile("source=store"))

    page.get_by_role("link", name="Remove filter Source").click()

    expect(page.locator(".pager")).to_contain_text("of 30")
    expect(page).not_to_have_url(re.compile("source="))


def test_the_dialog_has_every_filter_and_escape_leaves_it(page):
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Filter customers")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.get_by_role("link", name="Filter", exact=True).click()
    expect(dialog.get_by_role("button", name="Show customers")).to_be_in_viewport()
    dialog.get_by_label("Orders, at least").fill("2")
    dialog.get_by_role("button", name="Show customers").click()

    expect(names(page)).to_have_text(["Paula Pfefferkorn"])
    expect(page.locator(".chip--on")).to_contain_text("Orders, at least")


def test_a_column_sorts_both_ways(page):
    heading = page.get_by_role("columnheader", name="Customer", exact=True)
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(names(page).first).to_have_text("Paula Guest 00")

    heading.get_by_role("link").click()

    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(names(page).first).to_have_text("Paula Pfefferkorn")


def test_pages_turn_and_back_returns_to_the_same_place(page):
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".pager")).to_contain_text("26–30 of 30")
    address = page.url
    customer = names(page).first
    name = customer.inner_text()
    customer.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    page.go_back()

    expect(page).to_have_url(address)
    expect(page.locator(".pager")).to_contain_text("26–30 of 30")


def test_back_walks_through_searches(page):
    page.get_by_role("searchbox").fill("pfeff")
    expect(names(page)).to_have_count(1)
    names(page).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paula Pfefferkorn")

    page.go_back()

    expect(names(page)).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("pfeff")


def test_columns_are_chosen_and_remembered(page):
    page.get_by_role("link", name="Columns").click()
    dialog = page.get_by_role("dialog", name="Choose columns")
    dialog.get_by_role("checkbox", name="Revenue", exact=True).check()
    dialog.get_by_role("checkbox", name="Phone", exact=True).uncheck()
    dialog.get_by_role("button", name="Save columns").click()
    expect(page.get_by_role("columnheader", name="Revenue", exact=True)).to_be_visible()

    page.reload()

    expect(page.get_by_role("columnheader", name="Revenue", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Phone", exact=True)).to_have_count(0)


def test_figures_hide_and_come_back(page):
    expect(page.get_by_text("Active customers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Hide figures").click()
    expect(page.get_by_text("Active customers", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Show figures").click()

    expect(page.get_by_text("Active customers", exact=True)).to_be_visible()


def test_a_row_menu_deactivates_and_the_toast_undoes(page):
    row = page.get_by_role("row").filter(has_text="Pfefferkorn")
    row.get_by_label("Actions for Paula Pfefferkorn").click()
    page.get_by_label("Actions for Paula Pfefferkorn").get_by_role("button", name="Mark as inactive").click()
    expect(names(page).filter(has_text="Pfefferkorn")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()

    expect(names(page).filter(has_text="Pfefferkorn")).to_be_visible()


def test_no_hit_offers_a_way_out(page):
    page.get_by_role("searchbox").fill("zzzz")
    expect(page.get_by_role("heading", name="No match for “zzzz”")).to_be_visible()

    page.get_by_role("link", name="Reset search and filters").click()

    expect(names(page)).not_to_have_count(0)
    expect(page.get_by_role("searchbox")).to_have_value("")


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_phone_orders_and_the_sorted_column_are_seen_and_nothing_scrolls(page, house, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(page.url.split("?")[0] + "?sort=-joined")
    row = page.get_by_role("row").filter(has_text="Pfefferkorn")

    expect(row.locator(".who-phone")).to_be_visible()
    for heading in ("Orders", "Joined", "Last order", "Marketing"):
        expect(page.get_by_role("columnheader", name=heading, exact=True)).to_be_in_viewport(ratio=1)
    assert_fits(page)


def test_a_click_on_the_free_area_opens_a_row_but_not_on_boxes_or_marked_text(page):
    row = page.get_by_role("row").filter(has_text="Pfefferkorn")
    row.get_by_role("checkbox").check()
    expect(names(page)).not_to_have_count(1)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    row.get_by_role("cell").nth(4).dispatch_event("click")
    expect(row.get_by_role("checkbox")).to_be_checked()

    page.evaluate("getSelection().removeAllRanges()")
    row.get_by_role("cell").nth(4).click(position={"x": 3, "y": 3})

    expect(page.get_by_role("heading", level=1)).to_contain_text("Paula Pfefferkorn")


def test_the_name_stays_while_chosen_columns_scroll(page, house):
    house.manager.membership.list_columns = [name for name in COLUMNS if name not in ("tags", "email")]
    house.manager.membership.save()
    page.reload()
    before = names(page).first.bounding_box()["x"]

    page.locator("#customer-result").evaluate("box => box.scrollBy(400, 0)")

    assert page.locator("#customer-result").evaluate("box => box.scrollLeft") > 100
    assert names(page).first.bounding_box()["x"] >= before - 60
    expect(names(page).first).to_be_in_viewport()


def test_paper_has_its_head_and_words_but_no_switches(page, house):
    expect(page.locator(".print-head")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_contain_text("Gasthaus Lindenhof")
    expect(page.locator(".who-phone").first).to_be_hidden()

    names(page).first.click()

    expect(page.locator(".print-head")).to_be_visible()
    expect(page.locator(".consent-state").first).to_be_visible()
    expect(page.locator(".switch").first).to_be_hidden()
