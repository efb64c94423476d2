"""Samples in the shape of each vendor come to the orders that a person would read out of them."""

from decimal import Decimal

import pytest

from orders.models import Order
from tests.orders.sources.senders import deliver, sample


def lines_of(order) -> list[tuple]:
    return [(line.name, line.quantity, line.unit_price_cents, line.tax_rate) for line in order.lines.all()]


def person_of(order) -> tuple:
    customer = order.customer
    return customer.first_name, customer.last_name, customer.phone, customer.email


def test_woocommerce(client, connect):
    shop = connect("woocommerce")
    event = deliver(client, shop, sample("woocommerce_order"), topic="order.created")
    order = event.order
    assert (event.state, order.external_id, order.source, order.status) == ("done", "4711", "web", "open")
    assert (order.total_cents, order.tip_cents, order.discount_cents) == (3650, 280, 300)
    assert lines_of(order) == [
        ("Käsespätzle", 2, 1300, Decimal("7.00")),
        ("Apfelschorle 0,5 l", 1, 1000, Decimal("19.00")),
        ("Lieferung", 1, 350, Decimal("7.00")),
    ]
    assert order.lines.get(position=2).note == "3 ×"
    assert person_of(order) == ("Jörg", "Weißhaupt", "+491713920012", "Joerg.Weisshaupt@example.org")
    assert f"{order.placed_at:%Y-%m-%d %H:%M}" == "2026-11-20 17:31"
    assert (order.service_type, order.payments.get().method) == ("delivery", "PayPal")


def test_shopify(client, connect):
    event = deliver(client, connect("shopify"), sample("shopify_order"), topic="orders/create")
    order = event.order
    assert (order.external_id, order.status, order.service_type) == ("5940139491234", "open", "delivery")
    assert (order.total_cents, order.tip_cents, order.discount_cents) == (3440, 200, 350)
    assert lines_of(order) == [
        ("Tapas-Platte groß", 1, 2900, Decimal("7.00")),
        ("Brot", 2, 300, Decimal("7.00")),
        ("Lieferung", 1, 290, None),
    ]
    assert person_of(order) == ("Inés", "García", "+34612345678", "ines.garcia@example.org")


def test_shopify_without_tax_in_its_prices(client, connect):
    order = sample("shopify_order", taxes_included=False, total_discounts="0.00", total_price="41.96")
    event = deliver(client, connect("shopify"), order, topic="orders/create")
    assert (event.order.total_cents, event.order.discount_cents) == (3996, 0)


def test_lightspeed(client, connect):
    order = deliver(client, connect("lightspeed"), sample("lightspeed_sale")).order
    assert (order.external_id, order.status, order.service_type) == ("A65315.17", "completed", "dine_in")
    assert (order.total_cents, order.tip_cents) == (3150, 350)
    assert lines_of(order) == [
        ("Flammkuchen", 2, 1200, Decimal("7.00")),
        ("Riesling 0,2 l", 1, 750, Decimal("19.00")),
    ]
    assert order.lines.get(position=1).product.category == "Küche"
    assert person_of(order) == ("Pilar", "Núñez", "+491605550199", "pilar@example.org")


def test_deliverect(client, connect):
    order = deliver(client, connect("deliverect"), sample("deliverect_order")).order
    assert (order.external_id, order.source) == ("LFO-99812-44/20261120", "delivery_platform")
    assert (order.service_type, order.status) == ("partner_delivery", "completed")
    assert (order.total_cents, order.tip_cents, order.discount_cents) == (3140, 200, 200)
    assert [line[:3] for line in lines_of(order)][:2] == [("Burger", 2, 1240), ("Pommes", 1, 420)]
    assert order.lines.get(position=1).note == "Käse, Ohne Salat, medium"
    assert person_of(order)[:3] == ("Tomasz", "Krüger", "+493090900123")


def test_ready2order(client, connect):
    order = deliver(client, connect("ready2order"), sample("ready2order_invoice")).order
    assert (order.external_id, order.status, order.source) == ("88231", "completed", "store")
    assert (order.total_cents, order.tip_cents, order.discount_cents) == (2180, 120, 100)
    assert lines_of(order) == [
        ("Winzersteak", 1, 1880, Decimal("7.00")),
        ("Espresso", 2, 200, Decimal("19.00")),
    ]
    assert order.placed_at.astimezone(order.location.tz).hour == 20  # by the clock on the wall
    assert person_of(order) == ("Änne", "Groß", "+4961319090012", "aenne@example.org")


@pytest.mark.parametrize(
    ("kind", "name", "topic"),
    [
        ("woocommerce", "woocommerce_order", "order.created"),
        ("shopify", "shopify_order", "orders/create"),
        ("lightspeed", "lightspeed_sale", ""),
        ("deliverect", "deliverect_order", ""),
        ("ready2order", "ready2order_invoice", ""),
    ],
)
def test_the_same_message_in_another_delivery_changes_nothing(client, connect, kind, name, topic):
    source = connect(kind)
    first = deliver(client, source, sample(name), topic=topic)
    deliver(client, source, sample(name), topic=topic, delivery="again")
    assert Order.objects.get() == first.order
    assert set(source.events.values_list("state", flat=True)) == {"done"}
