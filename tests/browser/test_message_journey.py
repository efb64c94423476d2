"""Messages: to many with a preview and a dialog, to one from the profile, and the customer's own page."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.jobs.worker import Worker
from customers.consent.ledger import grant_consent
from customers.messages.tokens import preference_token
from customers.models import Message, MessageRecipient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(house):
    told = {"method": "paper", "occurred_at": timezone.now(), "actor": None}
    grant_consent(house.paula, "marketing", **told)
    return house.paula


def work():
    worker = Worker()
    while worker.run_next():
        pass


def test_a_manager_writes_to_many_sees_it_as_a_reader_and_sends(open_as, house, reader):
    page = open_as(house.manager, "/messages/new/")
    german = page.locator("details", has=page.locator("summary", has_text="German"))
    german.get_by_label("Subject").press_sequentially("Hello ")
    page.get_by_role("button", name="First name").click()
    expect(german.get_by_label("Subject")).to_have_value("Hello {First name}")
    german.get_by_label("Text").fill("See you, {First name}")
    expect(page.locator("#preview mark").first).to_have_text("Paula")
    expect(page.locator("#preview .mail-subject")).to_have_text("Hello Paula")

    page.get_by_role("button", name="Send to 1 customer …").click()
    dialog = page.get_by_role("dialog", name="Send this message?")
    expect(dialog.get_by_text("1 customer gets it.")).to_be_visible()
    dialog.get_by_role("button", name="Send to 1 customer").click()
    expect(page.get_by_role("heading", name="Hello {First name}").first).to_be_visible()
    work()
    expect(page.locator("#campaign .pill")).to_contain_text("Sent")
    assert MessageRecipient.objects.get().state == "sent"


def test_a_fault_in_the_text_comes_back_into_the_page(open_as, house, reader):
    page = open_as(house.manager, "/messages/new/")
    page.locator("[name=body_de]").fill("Only a text")
    page.get_by_role("button", name="Send to 1 customer …").click()
    expect(page.get_by_text("A mail without a subject looks like spam.").first).to_be_visible()
    expect(page.locator("[name=body_de]")).to_have_value("Only a text")
    assert not Message.objects.exists()


def test_a_message_to_one_customer_stands_in_the_thread(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/?tab=messages")
    page.get_by_label("Subject").fill("Your table")
    page.get_by_label("Text").fill("See you at eight")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".msg--out")).to_contain_text("See you at eight")
    expect(page.get_by_text("is on its way")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_a_customer_ends_advertising_and_takes_it_back(page, live_server, faults, reader, width):
    page.set_viewport_size({"width": width, "height": 844})
    token = preference_token(reader.pk, reader.organisation_id, reader.email_key)
    page.goto(f"{live_server.url}/preferences/{token}/?lang=en")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Unsubscribe from all advertising").click()
    expect(page.get_by_role("heading", name="You get no more advertising")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="All is as before")).to_be_visible()
    reader.refresh_from_db()
    assert reader.marketing_consent


def test_on_the_phone_list_and_thread_are_two_addresses(open_as, house):
    page = open_as(house.manager, f"/messages/customers/{house.paula.pk}/")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".inbox-list")).to_be_hidden()
    page.get_by_role("link", name="All messages").click()
    expect(page.locator(".inbox-list")).to_be_visible()
