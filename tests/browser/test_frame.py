"""The frame in a real browser: sign-in, menus, keys, drawer, appearance."""

import pytest
from playwright.sync_api import expect

from backoffice.staff.models import Role
from tests.browser.layout import assert_fits
from tests.conftest import PASSWORD
from tests.factories import make_location, make_organisation, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(_roles):
    organisation = make_organisation(name="Gasthaus Lindenhof")
    make_location(organisation, name="Altstadt")
    return make_user(organisation, Role.ADMIN, password=PASSWORD, name="Ada Admin")


def test_signing_in_with_a_look_at_the_password(page, live_server, faults, admin):
    page.goto(f"{live_server.url}/login/?next=/settings/account/")
    page.get_by_label("E-mail").fill(admin.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_a_menu_opens_closes_and_gives_the_focus_back(open_as, admin):
    page = open_as(admin, "/settings/account/")
    summary = page.locator(".sidebar-foot summary")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="My account")).to_be_focused()

    page.keyboard.press("Escape")

    expect(summary).to_be_focused()
    expect(page.get_by_role("link", name="My account")).to_be_hidden()


def test_the_location_is_switched_from_the_sidebar(open_as, admin):
    page = open_as(admin, "/settings/account/")
    page.locator(".place").first.click()
    page.get_by_role("button", name="Altstadt").click()

    expect(page.locator(".place").first).to_contain_text("Altstadt")


def test_the_appearance_changes_at_once_and_stays(open_as, admin):
    page = open_as(admin, "/settings/account/")
    page.locator(".sidebar-foot summary").click()
    with page.expect_response("**/settings/theme/"):
        page.get_by_role("button", name="Appearance").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_keys_help_and_their_switch(open_as, admin):
    page = open_as(admin, "/settings/account/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("checkbox", name="Keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your settings are saved.")).to_be_visible()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_keys_wait_while_one_types(open_as, admin):
    page = open_as(admin, "/settings/team/invite/")
    page.get_by_label("Name").press_sequentially("g?e")

    expect(page.get_by_label("Name")).to_have_value("g?e")
    assert page.url.endswith("/settings/team/invite/")


def test_leaving_with_changes_asks(open_as, admin):
    page = open_as(admin, "/settings/account/")
    page.get_by_label("Name").fill("Somebody else")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_role("link", name="Team").click()
    page.wait_for_url("**/settings/team/")

    assert asked == ["beforeunload"]


@pytest.mark.parametrize("path", ["/settings/account/", "/settings/team/", "/settings/locations/", "/login/"])
def test_nothing_scrolls_sideways_on_a_narrow_phone(open_as, admin, path):
    page = open_as(admin, "/settings/account/")
    if path == "/login/":
        page.context.clear_cookies()
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(page.url.replace("/settings/account/", path))

    assert_fits(page)


def test_the_drawer_of_a_phone_opens_from_the_bar(open_as, admin):
    page = open_as(admin, "/settings/account/")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("link", name="Team")).to_be_hidden()

    page.get_by_role("button", name="Open menu").click()

    expect(page.get_by_role("link", name="Team")).to_be_visible()


def test_axe_finds_nothing_serious_on_the_sign_in_page(page, live_server, faults, _roles):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{live_server.url}/login/")

    violations = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in violations if rule["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/settings/account/", "/settings/team/", "/settings/team/invite/", "/settings/locations/", "/nope/"],
)
def test_axe_finds_nothing_serious(open_as, admin, path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_as(admin, "/settings/account/")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(page.url.replace("/settings/account/", path))

    violations = Axe().run(page).response["violations"]

    assert [rule["id"] for rule in violations if rule["impact"] in {"serious", "critical"}] == []
