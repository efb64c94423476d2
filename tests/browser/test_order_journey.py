"""An order on the phone: taken by keyboard alone, with coupon and points, until it is delivered late."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from loyalty.points import PointsLine, add_lines
from orders.models import Driver, Order
from tests.browser.layout import assert_fits
from tests.loyalty.factories import make_coupon
from tests.orders.factories import MORNING, make_product, make_programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/orders/new/"


@pytest.fixture
def menu(house):
    """A soup with celery, a beer, the fee; a coupon; Paula has 100 points and an allergy."""
    organisation = house.organisation
    make_product(organisation, name="Kürbissuppe", category="Suppen", price_cents=850, allergens=["celery"])
    make_product(organisation, name="Hausbier 0,3 l", category="Getränke", price_cents=390)
    make_product(organisation, name="Lieferung", price_cents=200, is_delivery_fee=True)
    make_programme(organisation, point_value_cents=5, minimum_points=20)
    make_coupon(organisation, code="DANKE", kind="amount", amount_cents=500)
    add_lines(organisation, [PointsLine(house.paula.pk, "adjusted", 100, MORNING)])
    house.paula.notes = "Sellerieallergie"
    house.paula.address1, house.paula.city = "Muskatgasse 7", "Lindenstadt"
    house.paula.save()
    Driver.objects.create(organisation=organisation, name="Juna Kirsch")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_phone_order_by_keyboard_until_it_is_delivered_late(open_as, house, menu):
    page = open_as(house.staff, "/orders/open/")
    press(page, "n")
    page.wait_for_url(f"**{NEW}**")  # with its scripts: who types before them is not heard
    expect(page.get_by_role("heading", name="Place an order")).to_be_visible()
    page.keyboard.type(house.paula.phone.replace("+49", "0"))
    press(page, "Enter")
    expect(page.locator(".who-box")).to_contain_text("Paula")
    expect(page.get_by_text("Sellerieallergie")).to_be_visible()

    page.locator("#product-search").focus()
    page.keyboard.type("kü")
    expect(page.locator("#menu .product")).to_have_count(1)
    press(page, "Enter")
    expect(page.locator(".cart-line")).to_contain_text("Kürbissuppe")
    expect(page.locator("#product-search")).to_be_focused()
    expect(page.locator("#product-search")).to_have_value("")
    page.keyboard.type("ha")
    expect(page.locator("#menu .product")).to_have_count(1)
    press(page, "Enter")
    expect(page.locator(".cart-line")).to_have_count(2)
    page.get_by_label("More").nth(1).focus()
    press(page, "Enter")
    expect(page.locator("#quantity-1")).to_have_value("2")

    page.get_by_role("radio", name="Delivery").focus()
    press(page, "Space")
    expect(page.get_by_label("Address")).to_have_value("Muskatgasse 7, Lindenstadt")
    page.get_by_label("Coupon code").fill("danke")
    press(page, "Tab")
    expect(page.locator("#bill")).to_contain_text("Coupon DANKE is taken off")
    page.get_by_label("Points").press_sequentially("40", delay=50)
    press(page, "Tab")
    expect(page.locator("#bill .total").last).to_have_text("€11.30")

    page.get_by_role("button", name="Place order").focus()
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("The order is not placed yet")
    page.get_by_role("checkbox", name="Contains Celery").check()
    page.get_by_role("button", name="Place order").click()
    expect(page.locator(".toast")).to_contain_text("is placed: €11.30")

    order = Order.objects.get(source="manual")
    Order.objects.filter(pk=order.pk).update(promised_at=timezone.now() - timedelta(minutes=9))
    page.reload()
    expect(page.get_by_text("1 order over time")).to_be_visible()
    for step in ("Accept", "Ready"):
        page.get_by_role("button", name=step, exact=True).click()
        expect(page.locator(".toast").last).to_contain_text(order.external_id)
    page.get_by_role("link", name="On the way …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Juna Kirsch").check()
    dialog.get_by_role("button", name="On the way").click()
    expect(page.locator(".ticket")).to_contain_text("Juna Kirsch")
    page.get_by_role("button", name="Delivered").click()
    expect(page.get_by_text("Nothing is open")).to_be_visible()

    page.goto(page.url.replace("/orders/open/", f"/orders/{order.pk}/"))
    expect(page.locator(".page-head .pill")).to_have_text("delayed")
    expect(page.get_by_text("40 points").first).to_be_visible()


def test_a_slip_is_undone_and_an_order_called_off(open_as, house, menu):
    page = open_as(house.staff, f"{NEW}?customer={house.paula.pk}")
    page.get_by_role("button", name="Hausbier").first.click()
    expect(page.locator(".product-q").first).to_contain_text("1")
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_label("Accepted").locator(".ticket")).to_have_count(1)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("New").locator(".ticket")).to_have_count(1)

    page.get_by_label("Call B-1001 off").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Niemand öffnet")
    dialog.get_by_role("button", name="Call it off").click()
    expect(page.locator(".toast").last).to_contain_text("called off")
    expect(page.get_by_text("Nothing is open")).to_be_visible()


def test_on_a_phone_a_new_customer_orders(open_as, house, menu):
    page = open_as(house.staff, NEW)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Kürbissuppe").click()
    assert_fits(page, "Place an order")
    page.get_by_role("link", name="To the cart").click()
    page.get_by_label("Name, card number").fill("Bruno Basilikum")
    page.get_by_label("Phone").fill("0171 3920099")
    expect(page.get_by_text("a customer is added")).to_be_visible()
    page.get_by_label("Note on Kürbissuppe").fill("ohne Sahne")
    page.get_by_role("button", name="Place order").click()

    expect(page.locator(".ticket")).to_contain_text("Bruno Basilikum")
    expect(page.locator(".ticket")).to_contain_text("ohne Sahne")
    assert_fits(page)


def test_a_touch_screen_shows_the_menu_before_a_keyboard(browser, open_as, house, menu):
    page = open_as(house.staff, NEW)
    expect(page.get_by_label("Name, card number")).to_be_focused()

    state = page.context.storage_state()
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, storage_state=state
    ).new_page()
    phone.goto(page.url)
    expect(phone.locator("#menu .product").first).to_be_in_viewport()
    expect(phone.get_by_label("Name, card number")).not_to_be_focused()
    phone.context.close()
