"""Consent is switched in the profile: with evidence on, at once off."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from customers.consent.ledger import grant_consent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def switch(page, name):
    return page.get_by_role("switch", name=name)


def row(page, name):
    return page.locator(".switch-row", has=switch(page, name))


def test_an_admin_grants_with_evidence_withdraws_and_undoes(open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    switch(page, "Marketing communications").click()
    dialog = page.get_by_role("dialog", name="Switch on: Marketing communications")
    expect(dialog.get_by_text("I would like to receive offers")).to_be_visible()
    dialog.get_by_label("Remark").fill("Form at table 12")
    dialog.get_by_role("button", name="Save consent").click()
    expect(dialog.get_by_text("This field is required.").first).to_be_visible()
    expect(dialog.get_by_label("Remark")).to_have_value("Form at table 12")
    expect(switch(page, "Marketing communications")).not_to_be_checked()

    dialog.get_by_label("How was it given?").select_option("Signed form")
    dialog.get_by_role("button", name="Save consent").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Marketing communications: consent saved.")).to_be_visible()
    expect(switch(page, "Marketing communications")).to_be_checked()
    expect(row(page, "Marketing communications")).to_contain_text("on paper")

    switch(page, "Marketing communications").click()
    expect(switch(page, "Marketing communications")).not_to_be_checked()
    expect(row(page, "Marketing communications")).to_contain_text("Withdrawn on")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("The withdrawal is undone.")).to_be_visible()
    expect(switch(page, "Marketing communications")).to_be_checked()


def test_a_dialog_left_alone_switches_nothing(open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    switch(page, "Marketing communications").click()
    dialog = page.get_by_role("dialog", name="Switch on: Marketing communications")
    dialog.get_by_role("button", name="Cancel").click()

    expect(dialog).to_be_hidden()
    expect(switch(page, "Marketing communications")).not_to_be_checked()


def test_staff_may_only_withdraw(open_as, house):
    page = open_as(house.staff, f"/customers/{house.paula.pk}/")
    expect(switch(page, "Marketing communications")).to_be_disabled()
    expect(row(page, "Marketing communications")).to_contain_text("Only an administrator")

    switch(page, "System notifications").click()

    expect(switch(page, "System notifications")).not_to_be_checked()
    expect(switch(page, "System notifications")).to_be_disabled()
    page.get_by_role("button", name="Undo").click()
    expect(switch(page, "System notifications")).to_be_checked()


def test_the_history_keeps_the_wording(open_as, house):
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    system = row(page, "System notifications")
    system.locator("summary").click()

    expect(system.get_by_text("Granted, in person")).to_be_visible()
    expect(system.locator("q")).to_be_visible()


def test_the_email_is_a_link_as_long_as_contact_is_permitted(open_as, house):
    grant_consent(
        house.paula, "contact", method="in_person", occurred_at=timezone.now(), actor=house.admin, origin=""
    )
    page = open_as(house.admin, f"/customers/{house.paula.pk}/")
    contact = page.locator("#contact")
    expect(contact.get_by_role("link", name=house.paula.email)).to_be_visible()

    switch(page, "Contact permission").click()

    expect(contact.get_by_text(house.paula.email)).to_be_visible()
    expect(page.locator("a[href^='mailto:']")).to_have_count(0)
    expect(page.locator("#activity")).to_contain_text("withdrawn")

    switch(page, "Contact permission").click()
    page.get_by_label("How was it given?").select_option("Signed form")
    page.get_by_role("button", name="Save consent").click()

    expect(contact.get_by_role("link", name=house.paula.email)).to_be_visible()
    expect(page.locator("#reach a[href^='mailto:']")).to_have_count(1)
