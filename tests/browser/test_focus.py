"""Where the focus is: in a dialog, at what was refused, and back at what opened it."""

import pytest
from playwright.sync_api import expect

from tests.browser.imports import check_customers, finish, keep_a_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filters(page):
    return page.get_by_role("link", name="Filter", exact=True)


def columns(page):
    return page.get_by_role("link", name="Columns", exact=True)


def marketing(page):
    return page.get_by_role("switch", name="Marketing communications")


def is_in_dialog(page):
    return page.evaluate("document.querySelector('dialog:modal').contains(document.activeElement)")


@pytest.mark.parametrize(
    ("opener", "first"),
    [(filters, "select[name=status], input:not([type=hidden])"), (columns, "[name=column]")],
)
def test_a_dialog_begins_at_its_first_field_and_gives_the_focus_back(open_as, house, opener, first):
    page = open_as(house.manager, "/customers/")
    opener(page).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".dialog-body").locator(first).first).to_be_focused()

    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener(page)).to_be_focused()


def test_closing_by_button_and_beside_the_dialog_gives_the_focus_back(open_as, house):
    page = open_as(house.manager, "/customers/")
    dialog = page.get_by_role("dialog")
    filters(page).click()
    dialog.get_by_role("button", name="Close").click()
    expect(filters(page)).to_be_focused()

    filters(page).click()
    expect(dialog).to_be_visible()
    page.mouse.click(5, 5)

    expect(dialog).to_be_hidden()
    expect(filters(page)).to_be_focused()


def test_a_dialog_of_a_menu_gives_the_focus_back_to_the_menu(open_as, house):
    page = open_as(house.manager, "/customers/")
    summary = page.locator("[data-export-menu] summary")
    summary.click()
    page.get_by_role("link", name="Adjust export …").click()
    dialog = page.get_by_role("dialog", name="Adjust export")
    expect(dialog.locator("[name=reachable]")).to_be_focused()

    page.keyboard.press("Escape")
    expect(summary).to_be_focused()

    summary.click()
    page.get_by_role("link", name="Adjust export …").click()
    with page.expect_download():
        dialog.get_by_role("button", name="Export CSV").click()

    expect(summary).to_be_focused()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_tab_never_leaves_an_open_dialog(open_as, house, key):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    marketing(page).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("How was it given?")).to_be_focused()
    seen = set()
    for _ in range(20):
        page.keyboard.press(key)
        assert is_in_dialog(page)
        seen.add(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))

    assert {"method", "origin", "Cancel", "Save consent"} <= seen


def test_a_refused_consent_says_so_first_and_a_saved_one_returns_to_the_switch(open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    marketing(page).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save consent").click()
    expect(dialog.get_by_role("alert")).to_be_focused()

    page.keyboard.press("Escape")
    expect(marketing(page)).to_be_focused()

    marketing(page).click()
    dialog.get_by_label("How was it given?").select_option("Signed form")
    dialog.get_by_role("button", name="Save consent").click()
    expect(marketing(page)).to_be_checked()

    expect(marketing(page)).to_be_focused()


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/customers/new/", "phone", "0171"),
        ("/settings/team/invite/", "email", "nobody"),
        ("/settings/locations/new/", "name", ""),
        ("/settings/account/", "name", ""),
    ],
)
def test_a_refused_page_begins_at_what_to_check(open_as, house, path, field, value):
    page = open_as(house.admin, path)
    page.locator(f"main [name={field}]").fill(value)
    page.keyboard.press("Enter")

    expect(page.locator(".form-errors")).to_be_focused()


def test_the_question_before_an_undo_begins_at_the_safe_button(open_as, house):
    keep_a_worker()
    run = finish(check_customers(house.manager))
    page = open_as(house.manager, run.pages["run"])
    undo = page.get_by_role("link", name="Undo import …")
    undo.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep the import")).to_be_focused()

    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(undo).to_be_focused()
