"""A batch of cards, one of them scanned on a profile, found by its number in the list."""

import pytest
from playwright.sync_api import expect

from loyalty.models import Card
from tests.loyalty.factories import make_card, make_coupon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_cards_from_the_batch_to_the_customer_list(open_as, house):
    page = open_as(house.manager, "/loyalty/cards/batches/new/")
    base = page.url.removesuffix("/loyalty/cards/batches/new/")
    page.get_by_label("Name of the batch").fill("November")
    page.get_by_label("How many cards").fill("12")
    page.get_by_role("button", name="Make cards").click()
    expect(page.locator(".qr-card")).to_have_count(12)
    card = Card.objects.order_by("pk").first()

    page.goto(f"{base}/customers/{house.paula.pk}/?tab=points")
    page.locator("h1").click()  # no field has the focus: a scanner types into nothing
    page.keyboard.type(card.number)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The card is linked.")).to_be_visible()
    expect(page.get_by_role("link", name=card.spaced)).to_be_visible()

    page.goto(f"{base}/customers/")
    page.get_by_role("searchbox", name="Search customers").fill(card.spaced)
    expect(page.locator("a.who-name")).to_have_count(1)
    expect(page.locator("a.who-name")).to_contain_text(house.paula.last_name)


def test_lists_lose_no_column_on_paper(open_as, house):
    make_coupon(house.organisation, code="HERBST10")
    card = make_card(house.organisation, customer=house.paula)
    for address, first, last in (("coupons", "HERBST10", "running"), ("cards", card.spaced, "linked")):
        page = open_as(house.manager, f"/loyalty/{address}/")
        page.emulate_media(media="print")
        expect(page.locator("tbody").get_by_text(first)).to_be_visible()
        expect(page.locator("tbody .pill").get_by_text(last)).to_be_visible()
