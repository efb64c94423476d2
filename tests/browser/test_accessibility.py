"""axe on every page and its dialogs, in light and dark; only its lesser remarks pass."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.staff.models import Role
from tests.factories import make_organisation, make_user
from tests.orders.factories import make_delivery, make_driver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST_PAGES = [
    "/customers/",
    "/customers/?q=zzzz",
    "/customers/?source=web&marketing=no&sort=-orders",
    "/customers/?joined_from=x",
    "/customers/?status=inactive",
    "/customers/filters/",
    "/customers/columns/",
    "/customers/export/",
]
CUSTOMER_PAGES = ["", "?tab=orders", "?tab=activity", "edit/", "consents/marketing/"]
SETTINGS = [
    "sources/",
    "sources/new/",
    "team/",
    "team/invite/",
    "locations/",
    "locations/new/",
    "account/",
    "account/password/",
    "account/second-step/",
    "account/sessions/",
    "modules/",
    "keys/",
    "keys/new/",
]


@pytest.fixture(params=["light", "dark"])
def axe(request, page):
    """Run axe on the page as it is; returns what is serious, with the elements."""
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")

    def axe():
        violations = Axe().run(page).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:160]}"
            for rule in violations
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        ]

    return axe


def findings(page, axe, addresses):
    found = {}
    base = page.url.split("/", 3)[:3]
    for address in addresses:
        page.goto("/".join(base) + address)
        if serious := axe():
            found[address] = serious
    return found


def test_the_list_in_all_its_states(axe, open_as, house):
    page = open_as(house.admin, "/customers/")

    assert findings(page, axe, LIST_PAGES) == {}


def test_the_pages_of_a_customer(axe, open_as, house):
    page = open_as(house.admin, "/customers/new/")
    addresses = [f"/customers/{house.paula.pk}/{part}" for part in CUSTOMER_PAGES]

    assert findings(page, axe, ["/customers/new/", *addresses]) == {}


def test_the_settings(axe, open_as, house):
    page = open_as(house.admin, "/settings/account/")

    assert findings(page, axe, [f"/settings/{part}" for part in SETTINGS]) == {}


def test_deliveries_and_the_hours_of_revenue(axe, open_as, house):
    driver = make_driver(house.organisation, name="Emre")
    for days, took in ((1, 20), (2, 45), (0, None)):
        placed_at = timezone.now() - timedelta(days=days)
        make_delivery(house.paula, placed_at=placed_at, driver=driver, took=took)
    page = open_as(house.admin, "/deliveries/")
    pages = [
        "/deliveries/?period=all",
        "/deliveries/?period=x",
        "/deliveries/drivers/",
        "/orders/?period=all",
    ]
    assert findings(page, axe, [*pages, "/orders/hours/?period=all"]) == {}


def test_an_empty_list(axe, open_as, _roles):
    page = open_as(make_user(make_organisation(), Role.ADMIN), "/customers/")
    expect(page.get_by_role("heading", name="No customers yet")).to_be_visible()

    assert axe() == []


def test_the_doors(axe, page, live_server, faults, _roles):
    page.goto(f"{live_server.url}/login/")

    assert findings(page, axe, ["/login/", "/login/password/reset/", "/api/v1/docs", "/nowhere/"]) == {}


def test_open_dialogs_and_menus(axe, open_as, house):
    page = open_as(house.admin, "/customers/")
    found = {}
    for name in ["Filter", "Columns"]:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[name] = axe()
        page.keyboard.press("Escape")
    page.locator("tbody .card-select input").first.check()
    page.locator("summary", has_text="Export").click()
    found["menu and selection"] = axe()

    assert {name: serious for name, serious in found.items() if serious} == {}


def test_the_consent_dialog_with_its_faults_and_a_toast(axe, open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    page.get_by_role("switch", name="Marketing communications").click()
    page.get_by_role("button", name="Save consent").click()
    expect(page.get_by_role("dialog").get_by_text("This field is required.").first).to_be_visible()
    faulty = axe()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("switch", name="System notifications").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    assert faulty + axe() == []


def test_a_form_with_faults(axe, open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/edit/")
    page.get_by_label("Last name").fill("")
    page.get_by_label("Primary phone").fill("0171")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()

    assert axe() == []


def test_cards_on_a_phone(axe, open_as, house):
    page = open_as(house.admin, "/customers/")
    page.set_viewport_size({"width": 390, "height": 844})

    assert findings(page, axe, ["/customers/", f"/customers/{house.paula.pk}/"]) == {}
