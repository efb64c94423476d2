"""From a customer to their receipts, a refund, a void; and the receipt on paper."""

import pytest
from playwright.sync_api import expect

from customers.models import CustomerStats
from orders.events import OrderEventLine
from tests.factories import make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(house):
    lines = (OrderEventLine("Käsespätzle", 2, 1_250), OrderEventLine("Schorle", 1, 400))
    return make_order(house.paula, lines=lines, tip_cents=200)


def test_refund_and_void_from_the_customer_on(open_as, order, house):
    before = CustomerStats.objects.get(customer=house.paula).revenue_cents
    page = open_as(house.manager, f"/customers/{house.paula.pk}/?tab=orders")
    page.get_by_role("link", name="Receipt report").click()
    page.get_by_role("link", name=order.external_id).click()

    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("link", name="Refund a part …").click()
    page.get_by_label("Käsespätzle, at most 2").fill("1")
    page.get_by_label("Reason").fill("cold")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("€12.50 refunded.")).to_be_visible()
    expect(page.locator(".paper")).to_contain_text("€16.50")

    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("link", name="Void receipt …").click()
    page.get_by_label("Reason").fill("wrong table")
    page.get_by_role("button", name="Void receipt").click()
    expect(page.locator(".paper")).to_contain_text("wrong table")
    assert CustomerStats.objects.get(customer=house.paula).revenue_cents == before - order.total_cents


@pytest.mark.parametrize("part", ["", "print/", "print/?paper=a4"])
def test_only_the_paper_is_printed(open_as, order, house, part):
    page = open_as(house.manager, f"/orders/{order.pk}/{part}")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    expect(page.locator(".paper")).to_contain_text("not a receipt as defined by § 146a AO")
    for hidden in (".sidebar", ".page-head", ".crumbs", "#h-history"):
        expect(page.locator(hidden).first).to_be_hidden()
