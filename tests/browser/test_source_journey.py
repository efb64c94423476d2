"""A till with a key of its own: its order brings a customer, it is switched off, and nothing gets lost."""

import json
import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.orders.sources.senders import work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def curl(live_server, key, number, **customer) -> str:
    """Post an order as a till would, and return the status of the answer."""
    order = {
        "external_id": number,
        "placed_at": "2026-11-20T18:30:00+01:00",
        "lines": [{"item": "Pils", "quantity": 2, "unit_price_cents": 490}],
        "customer": customer,
    }
    command = [
        *("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"),
        *("--header", f"Authorization: Bearer {key}", "--header", "Content-Type: application/json"),
        *("--data", json.dumps(order), f"{live_server.url}/api/v1/orders"),
    ]
    return subprocess.run(  # noqa: S603 a command of this test
        command, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_from_the_key_to_an_order_that_was_held_back(open_as, house, live_server):
    page = open_as(house.admin, "/settings/keys/new/")
    page.get_by_label("Name").fill("Till at the bar")
    page.get_by_label("Send and update orders").check()
    page.get_by_role("button", name="Make key").click()
    key = page.locator(".key").inner_text().strip()

    assert curl(live_server, key, "1", phone="0171 3920012", last_name="Müller-Lüdenscheidt") == "201"
    page.goto(f"{live_server.url}/customers/?q=Lüdenscheidt")
    expect(page.locator("a.who-name")).to_contain_text("Müller-Lüdenscheidt")

    page.goto(f"{live_server.url}/settings/sources/")
    expect(page.locator("tbody")).to_contain_text("In order")
    page.get_by_role("switch", name="Receive from Till at the bar").click()
    expect(page.get_by_role("dialog")).to_contain_text("Orders are held back")
    page.get_by_role("dialog").get_by_role("button", name="Switch off").click()
    expect(page.locator("tbody .pill")).to_have_text("Off")

    assert curl(live_server, key, "2", email="late@example.org", last_name="Späth") == "202"
    page.reload()
    trouble = page.locator("#troubles li")
    expect(trouble).to_contain_text("These messages came while the source was off")
    page.get_by_role("switch", name="Receive from Till at the bar").click()
    expect(page.locator("tbody .pill")).not_to_have_text("Off")
    trouble.get_by_role("button", name="Work on them again").click()
    expect(page.locator(".toast")).to_contain_text("1 message is worked on again")
    work()
    page.goto(f"{live_server.url}/customers/?q=Späth")
    expect(page.locator("a.who-name")).to_contain_text(re.compile("Späth"))
