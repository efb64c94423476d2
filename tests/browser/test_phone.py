"""On a phone: nothing leaves the page sideways, rows become cards, filters a dialog."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTINGS = [
    "team/",
    "team/invite/",
    "locations/",
    "locations/new/",
    "account/",
    "account/password/",
    "modules/",
]
LONG_NAME = "Wilhelmine-Charlotte von Donaudampfschifffahrtsgesellschaft"


@pytest.fixture
def addresses(house):
    """Every page, for a customer whose name is long."""
    house.paula.last_name = LONG_NAME
    house.paula.email = f"{'a' * 40}@{'b' * 30}.example.org"
    house.paula.save()
    customer = f"/customers/{house.paula.pk}/"
    parts = ["", "?tab=orders", "?tab=points", "?tab=activity", "edit/", "consents/marketing/"]
    lists = ["", "?q=zzzz", "?q=pfeff&source=web", "new/", "filters/", "columns/", "export/"]
    return [
        *(f"{customer}{part}" for part in parts),
        *(f"/customers/{part}" for part in lists),
        *(f"/settings/{part}" for part in SETTINGS),
        "/nowhere/",
    ]


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", ["de", "es"])
def test_no_page_scrolls_sideways(open_as, house, addresses, language, width):
    house.admin.language = language
    house.admin.save()
    page = open_as(house.admin, "/settings/account/")
    page.set_viewport_size({"width": width, "height": 844})
    base = page.url.removesuffix("/settings/account/")
    too_wide = {}
    for address in addresses:
        page.goto(base + address)
        if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
            too_wide[address] = found

    assert too_wide == {}


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
