"""A manager names drivers in a dialog; the report of receipts fetches its grid of hours when it is seen."""

import pytest
from playwright.sync_api import expect

from tests.orders.factories import make_driver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_driver_is_named_archived_and_back(open_as, house):
    make_driver(house.organisation, name="Lukas")
    page = open_as(house.manager, "/deliveries/")
    page.get_by_role("link", name="Drivers").click()
    page.get_by_role("link", name="Add a driver").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Lukas")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("There is a driver with this name already")

    dialog.get_by_label("Name").fill("Emre")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Emre is saved.")).to_be_visible()
    expect(dialog).to_have_count(0)

    page.get_by_role("button", name="Archive: Emre").click()
    expect(page.get_by_text("Emre is archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Archive: Emre")).to_be_visible()


def test_the_hours_come_when_they_are_seen(open_as, house):
    page = open_as(house.staff, "/orders/?period=all")
    page.get_by_role("heading", name="Revenue by weekday and hour").scroll_into_view_if_needed()
    expect(page.get_by_role("img", name="Revenue by weekday and hour")).to_be_visible()
    expect(page.get_by_text("The darker, the more revenue.")).to_contain_text("Highest: ")
    page.get_by_label("Search receipts").fill("zzzz")
    expect(page.get_by_role("img", name="Revenue by weekday and hour")).to_have_count(0)
    page.get_by_label("Search receipts").fill("")
    expect(page.get_by_role("img", name="Revenue by weekday and hour")).to_be_visible()
