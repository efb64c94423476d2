"""Each role signs in and sees what it may, no more."""

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORK = ["Orders", "Products", "Reservations", "Deliveries", "Loyalty cards", "Coupons", "Programme"]
SEES = {
    "staff": {"pages": ["Overview", "Customers", *WORK], "export": 0, "edit": 0, "deactivate": 0},
    "manager": {
        "pages": ["Overview", "Customers", "Messages", *WORK],
        "export": 1,
        "edit": 1,
        "deactivate": 1,
    },
    "admin": {
        "pages": [
            "Overview",
            "Customers",
            "Messages",
            "Locations",
            "Team",
            *WORK,
            "Modules",
            "Sources",
            "Shared contacts",
            "Loyalty degrees",
            "Mail",
            "API keys",
            "Webhooks",
            "Exports and imports",
            "Background jobs",
        ],
        "export": 1,
        "edit": 1,
        "deactivate": 1,
    },
}


@pytest.mark.parametrize("role", SEES)
def test_a_role_signs_in_and_sees_its_part(page, live_server, faults, house, role):
    person, sees = getattr(house, role), SEES[role]
    page.goto(f"{live_server.url}/customers/?q=pfeff")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("tbody a.who-name")).to_have_text(["Paula Pfefferkorn"])
    expect(page.locator(".nav-item")).to_have_text(sees["pages"])
    expect(page.get_by_role("link", name="Add customer")).to_be_visible()
    expect(page.locator("summary", has_text="Export")).to_have_count(sees["export"])

    page.locator("tbody a.who-name").click()
    page.locator(".page-actions summary").click()
    menu = page.locator(".page-actions .menu-panel")
    expect(menu.get_by_role("link", name="Show activity log")).to_be_visible()
    expect(menu.get_by_role("link", name="Edit")).to_have_count(sees["edit"])
    expect(menu.get_by_role("button", name="Mark as inactive")).to_have_count(sees["deactivate"])


def test_signing_out_closes_the_door(open_as, house):
    page = open_as(house.staff, f"/customers/{house.paula.pk}/")
    page.locator(".sidebar-foot summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.go_back()
    page.reload()

    expect(page.get_by_text("Paula Pfefferkorn")).to_have_count(0)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_a_page_beyond_the_role_says_so_in_the_frame(open_as, house):
    page = open_as(house.staff, "/settings/team/")

    expect(page.get_by_role("heading", name="No permission")).to_be_visible()
    expect(page.get_by_role("link", name="Customers")).to_be_visible()
