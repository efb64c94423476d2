"""Once through the house without a mouse."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_customer_is_found_opened_and_edited_by_keys_alone(open_as, crowd):
    page = open_as(crowd.manager, "/customers/")
    keys = page.keyboard
    keys.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    keys.type("guest 1")
    links = page.locator("tbody a.who-name")
    expect(links).to_have_count(10)

    keys.press("Tab")
    expect(search).not_to_be_focused()
    keys.press("j")
    expect(links.nth(0)).to_be_focused()
    keys.press("j")
    keys.press("j")
    expect(links.nth(2)).to_be_focused()
    keys.press("k")
    expect(links.nth(1)).to_be_focused()
    keys.press("x")
    expect(page.get_by_role("region", name="Actions for the selection")).to_contain_text("1 selected")
    name = links.nth(1).inner_text()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.wait_for_load_state()  # keys work once the scripts are there

    keys.press("e")
    expect(page.get_by_role("heading", name="Edit customer")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("City").focus()
    keys.type("Bonn")
    keys.press("Control+s")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.wait_for_load_state()

    keys.press("g")
    keys.press("k")
    expect(page).to_have_url(re.compile(r"/customers/$"))
    page.wait_for_load_state()
    keys.press("n")
    expect(page.get_by_role("heading", name="Add customer")).to_be_visible()


def test_help_opens_and_closes_and_escape_empties_the_search(open_as, house):
    page = open_as(house.staff, "/customers/?q=pfeff")
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator(".pager")).to_contain_text("of 3")


def test_the_first_tab_skips_to_the_content(open_as, house):
    page = open_as(house.staff, "/customers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_enter_opens_the_single_hit_and_no_other(open_as, crowd):
    page = open_as(crowd.manager, "/customers/")
    search = page.get_by_role("searchbox")
    search.fill("guest 1")
    search.press("Enter")
    expect(page.get_by_text("10 customers found")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/customers/\?"))

    search.fill("pfeff")
    search.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Paula Pfefferkorn")


def test_arrows_go_from_the_search_into_the_results_and_escape_leaves_them(open_as, crowd):
    page = open_as(crowd.manager, "/customers/?q=guest 1&sort=name")
    links, search, keys = page.locator("tbody a.who-name"), page.get_by_role("searchbox"), page.keyboard
    search.focus()
    keys.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    keys.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(search).to_be_focused()

    keys.press("ArrowDown")
    keys.press("Escape")
    expect(search).to_be_focused()
    expect(search).to_have_value("guest 1")
    keys.press("Escape")
    expect(search).to_have_value("")
    keys.press("Escape")
    expect(search).not_to_be_focused()


def test_single_keys_rest_in_boxes_and_open_menus(open_as, crowd):
    page = open_as(crowd.manager, "/customers/")
    keys = page.keyboard
    page.locator("summary.chip", has_text="Source").click()
    keys.press("n")
    page.get_by_role("checkbox", name="Store").focus()
    for key in ("n", "/", "g", "k", "j"):
        keys.press(key)
    expect(page.get_by_role("checkbox", name="Store")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/customers/$"))

    page.locator("[data-export-menu] summary").click()
    keys.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    keys.press("Escape")
    page.locator("[data-export-menu] summary").evaluate("summary => summary.blur()")
    keys.press("n")

    expect(page.get_by_role("heading", name="Add customer")).to_be_visible()


def test_the_path_of_a_profile_leads_back_to_the_search(open_as, crowd):
    page = open_as(crowd.manager, "/customers/?q=guest 1&sort=name")
    page.locator("tbody a.who-name").first.click()
    page.get_by_role("link", name="Activity").first.click()

    page.get_by_role("navigation", name="Path").get_by_role("link", name="Customers").click()

    expect(page.get_by_role("searchbox")).to_have_value("guest 1")
    expect(page.get_by_text("10 customers found")).to_be_visible()
