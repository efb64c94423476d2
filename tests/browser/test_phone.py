"""On a phone: nothing leaves the page sideways, rows become cards, filters a dialog."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.every_page import every_page
from tests.browser.layout import DOUBLE_TEXT, beyond_the_edge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INSIDE = re.compile("translate")

PLAIN, DOUBLE = "text as it is", "text of double size"
WIDTHS = {PLAIN: (320, 390), DOUBLE: (390, 720, 1280)}


@pytest.fixture(params=[(text, width) for text in WIDTHS for width in WIDTHS[text]], ids=str)
def window(request, page):
    """A window that is narrow, or whose text is twice as large."""
    text, width = request.param
    page.set_viewport_size({"width": width, "height": 844})
    if text == DOUBLE:
        page.add_init_script(DOUBLE_TEXT)
    return page


@pytest.fixture
def pages(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return every_page(house)


@pytest.mark.parametrize("text", WIDTHS)
@pytest.mark.parametrize("language", ["de", "es"])
def test_no_page_scrolls_sideways(page, open_as, house, pages, language, text):
    """Opened once for each language and size of text, in one width after the other."""
    house.admin.language = language
    house.admin.save()
    if text == DOUBLE:
        page.add_init_script(DOUBLE_TEXT)
    base = open_as(house.admin, "/settings/account/").url.removesuffix("/settings/account/")
    found = {}
    for address in pages:
        page.set_viewport_size({"width": WIDTHS[text][0], "height": 844})
        page.goto(base + address)
        for width in WIDTHS[text]:
            page.set_viewport_size({"width": width, "height": 844})
            found[address, width] = beyond_the_edge(page)

    assert {place: beyond for place, beyond in found.items() if beyond} == {}


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1440, 1920])
def test_the_list_fits_every_desk(open_as, house, width):
    house.admin.language = "de"
    house.admin.save()
    page = open_as(house.admin, "/customers/")
    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".table-wrap").evaluate("(wrap) => wrap.scrollWidth - wrap.clientWidth") <= 0


@pytest.fixture
def phone(open_as, house):
    page = open_as(house.manager, "/customers/")
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def test_rows_are_cards_with_their_labels(phone):
    card = phone.get_by_role("row").filter(has_text="Pfefferkorn")
    phone_cell = card.locator("td[data-label='Phone']")

    expect(phone_cell).to_be_visible()
    assert phone_cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Phone"'
    expect(card.locator("td[data-label='Monthly spend']")).to_be_hidden()
    expect(phone.get_by_role("columnheader", name="Phone")).not_to_be_in_viewport()


def test_filters_open_as_a_dialog_and_sorting_as_a_menu(phone):
    expect(phone.locator("summary.chip", has_text="Source")).to_be_hidden()
    phone.get_by_role("link", name="Filter", exact=True).click()
    dialog = phone.get_by_role("dialog", name="Filter customers")
    dialog.get_by_role("checkbox", name="Store").check()
    dialog.get_by_role("button", name="Show customers").click()
    expect(phone.get_by_text("1 customer found")).to_be_visible()

    phone.locator("summary.chip", has_text="Sorted by").click()
    phone.locator(".toolbar .menu-panel").get_by_role("link", name="Customer", exact=True).click()

    expect(phone.locator("tbody a.who-name").first).to_have_text("Paula Guest 00")


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("opener", ["summary[aria-label='Add tag']", ".page-actions summary"])
def test_menus_of_the_profile_stay_on_the_page(open_as, house, opener, width):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/")
    page.set_viewport_size({"width": width, "height": 700})
    page.locator(opener).click()

    box = page.locator("details[open] > .menu-panel").bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_profile_begins_with_call_message_and_consents(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/")
    reach = page.locator(".reach")
    expect(reach).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})

    parts = [reach, page.locator("#consents"), page.get_by_label("Statistics"), page.locator("#orders")]
    places = [part.bounding_box()["y"] for part in parts]
    assert places == sorted(places)
    expect(reach.get_by_role("link", name="Call")).to_have_attribute("href", f"tel:{house.paula.phone}")
    mail = reach.get_by_role("link", name="Write an e-mail")
    expect(mail).to_have_attribute("href", f"mailto:{house.paula.email}")


def test_menus_and_dialogs_stay_inside_the_window(window, open_as, house):
    house.admin.language = "de"
    house.admin.save()
    page = open_as(house.admin, "/customers/")
    found = {}
    for address in ("/customers/", f"/customers/{house.paula.pk}/"):
        page.goto(page.url.split("/customers/")[0] + address)
        for summary in page.locator("main details.menu > summary:visible").all():
            summary.click()
            expect(summary.locator("xpath=..").locator("> .menu-panel")).to_have_attribute("style", INSIDE)
            found[f"{address} {summary.inner_text()}"] = beyond_the_edge(page)
            page.keyboard.press("Escape")
        for opener in page.locator("[hx-target='#dialogs']:visible").all():
            opener.locator("input.switch:enabled").or_(opener).last.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            found[f"{address} {opener.inner_text()} dialog"] = beyond_the_edge(page)
            page.keyboard.press("Escape")

    assert len(found) > 4
    assert {name: beyond for name, beyond in found.items() if beyond} == {}
