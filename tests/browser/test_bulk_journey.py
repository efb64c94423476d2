"""A manager changes many customers of the list at once."""

import re

import pytest
from playwright.sync_api import expect

from customers.models import Customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_as, crowd):
    return open_as(crowd.manager, "/customers/?size=25")


def choose(page, action):
    page.get_by_role("region", name="Actions for the selection").get_by_text("Change …").click()
    page.get_by_role("button", name=action).click()
    return page.get_by_role("dialog", name=action)


def test_ticked_rows_get_a_tag_and_lose_it_by_undo(page):
    page.locator("tbody input.tick").nth(0).check()
    page.locator("tbody input.tick").nth(1).check()
    dialog = choose(page, "Add a tag")
    expect(dialog.get_by_text("2 customers")).to_be_visible()

    dialog.get_by_role("combobox", name="Tag").press_sequentially("Terrasse")
    dialog.get_by_role("button", name="Add a tag").click()
    expect(page.get_by_text("2 customers changed.")).to_be_visible()
    assert Customer.objects.filter(tags_text__contains="Terrasse").count() == 2

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert not Customer.objects.filter(tags_text__contains="Terrasse").exists()


def test_every_match_is_deactivated_and_stands_in_the_other_list(page):
    page.get_by_role("searchbox").press_sequentially("pfeff")
    expect(page).to_have_url(re.compile("q=pfeff"))
    page.locator("[data-select-page]").check()
    page.get_by_role("button", name=re.compile("Select all")).click()
    dialog = choose(page, "Mark as inactive")
    dialog.get_by_role("button", name="Mark as inactive").click()

    expect(page.get_by_text("1 customer changed.")).to_be_visible()
    page.goto(page.url.split("/customers/")[0] + "/customers/?status=inactive")
    expect(page.locator("tbody a.who-name")).to_have_text(["Paula Pfefferkorn"])
