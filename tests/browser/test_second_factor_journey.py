"""Switch the second step on, sign in with it, and put another device out."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from playwright.sync_api import expect

from tests.browser.layout import assert_fits
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCOUNT = "/settings/account/"


@pytest.fixture
def sign_in_with(page, live_server, house):
    """Types password and code."""

    def sign_in_with(code):
        type_password(page, live_server, house.staff)
        page.get_by_role("textbox", name="Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator(".sidebar-foot summary")).to_be_visible()

    return sign_in_with


def type_password(page, live_server, person):
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page):
    page.locator(".sidebar-foot summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def next_code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def test_a_phone_is_asked_for_beside_the_password(page, live_server, house, sign_in_with):
    type_password(page, live_server, house.staff)
    page.goto(live_server.url + ACCOUNT)
    page.get_by_role("link", name="Switch on").click()
    assert_fits(page)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = "".join(page.locator(".key span").all_inner_texts())
    page.get_by_role("textbox", name="Code").fill(next_code(secret))
    page.get_by_role("button", name="Switch on").click()

    codes = page.locator(".codes li").all_inner_texts()
    assert_fits(page)
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split("\n")[:10] == codes
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()

    sign_out(page)
    sign_in_with(next_code(secret, steps=1))
    sign_out(page)
    sign_in_with(codes[0])
    expect(page.get_by_text("Codes left: 9")).to_be_visible()

    elsewhere = Client(headers={"User-Agent": "Mozilla/5.0 (iPad; CPU OS 19_1) Safari/604.1"})
    house.staff.refresh_from_db()
    elsewhere.force_login(house.staff)
    assert elsewhere.get(ACCOUNT).status_code == 200
    page.goto(live_server.url + ACCOUNT)
    page.get_by_role("link", name="Show devices").click()
    assert_fits(page)
    row = page.locator("tbody tr", has_text="Safari, iPad")
    row.get_by_role("button", name="Sign out there").click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("This browser")).to_be_visible()
    assert elsewhere.get(ACCOUNT).status_code == 302
