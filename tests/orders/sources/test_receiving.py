"""What comes to the address of a source is stored before it is answered, and worked on by a task."""

import errno

import pytest
from django.db import OperationalError
from django.urls import reverse

from orders.models import Order, SourceEvent
from orders.sources.connecting import switch_source
from orders.sources.replaying import replay
from tests.orders.sources.senders import body_of, deliver, headers_of, sample, send, work

KINDS = [
    ("woocommerce", "woocommerce_order", "order.created"),
    ("shopify", "shopify_order", "orders/create"),
    ("square", "square_event", ""),
    ("lightspeed", "lightspeed_sale", ""),
    ("deliverect", "deliverect_order", ""),
]


@pytest.mark.parametrize(("kind", "name", "topic"), KINDS)
def test_what_is_not_signed_is_not_read(client, connect, kind, name, topic):
    source = connect(kind)
    assert send(client, source, sample(name), topic=topic, secret="another") == 401
    work()
    assert not Order.objects.exists()
    assert source.events.get().state == "refused"
    assert source.days.get().errors == 1


@pytest.mark.parametrize(("kind", "name", "topic"), KINDS)
def test_a_double_is_answered_and_kept_once(client, connect, kind, name, topic):
    source = connect(kind)
    for _once in range(2):
        assert send(client, source, sample(name), topic=topic, delivery="one") == 200
    assert source.events.count() == 1
    assert source.days.get().events == 1


def test_an_event_that_we_do_not_know_is_kept(client, connect):
    source = connect("shopify")
    assert send(client, source, {"id": 1}, topic="products/update") == 202
    work()
    assert source.events.get().state == "kept"


def test_only_the_address_of_a_source_takes_anything(client, connect):
    connect("shopify")
    assert client.post(reverse("orders:hook", args=["none"]), {}).status_code == 404
    assert client.get(reverse("orders:hook", args=["none"])).status_code == 405


@pytest.mark.parametrize("body", [b"", b"[]", b"no", b"\xff", b'{"event_id": {}}', b"[" * 5000])
def test_what_is_no_message_is_told(client, connect, body):
    assert send(client, connect("square"), body) == 400


def test_a_ping_is_answered_and_not_kept(client, connect):
    shop = connect("woocommerce")
    ping = client.post(
        reverse("orders:hook", args=[shop.hook_key]),
        "webhook_id=7",
        content_type="application/x-www-form-urlencoded",
    )
    assert (ping.status_code, shop.events.count()) == (200, 0)


def test_a_fault_of_ours_is_no_200(client, connect, monkeypatch):
    client.raise_request_exception = False

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    shop = connect("shopify")
    monkeypatch.setattr(SourceEvent, "save", locked)
    answer = send(client, shop, sample("shopify_order"), topic="orders/create")
    assert answer == 503


def test_a_full_disk_is_no_200_and_says_when_to_come_back(client, connect, monkeypatch):
    client.raise_request_exception = False

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "full")

    shop = connect("shopify")
    monkeypatch.setattr(SourceEvent, "save", full)
    body = body_of(sample("shopify_order"))
    headers = headers_of(shop, body, topic="orders/create")
    url = reverse("orders:hook", args=[shop.hook_key])
    answer = client.post(url, body, content_type="application/json", headers=headers)
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (507, True)


def test_a_source_that_is_off_holds_back(client, connect, admin):
    shop = connect("shopify")
    switch_source(shop, is_on=False, actor=admin)
    assert send(client, shop, sample("shopify_order"), topic="orders/create") == 202
    work()
    assert not Order.objects.exists()
    switch_source(shop, is_on=True, actor=admin)
    assert replay(shop, code="held") == 1
    work()
    assert Order.objects.get().external_id == "5940139491234"


def test_with_the_right_secret_the_unsigned_is_read(client, connect, admin):
    shop = connect("shopify")
    send(client, shop, sample("shopify_order"), topic="orders/create", secret="a-new-one")
    assert replay(shop, code="unsigned") == 0
    shop.secret = "a-new-one"
    shop.save()
    assert replay(shop, code="unsigned") == 1
    work()
    assert Order.objects.exists()


def test_no_more_than_a_few_unsigned_are_kept(client, connect, settings):
    settings.SOURCE_UNSIGNED_KEPT = 3
    shop = connect("shopify")
    for number in range(5):
        assert send(client, shop, {"id": number}, topic="orders/create", secret="x") == 401
    assert shop.events.count() == 3


def test_a_second_shop_counts_its_own_orders(client, connect):
    first, second = connect("woocommerce"), connect("woocommerce", name="Lieferküche")
    deliver(client, first, sample("woocommerce_order"), topic="order.created")
    deliver(client, second, sample("woocommerce_order"), topic="order.created")
    numbers = Order.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(numbers) == ["4711", "lieferkuche-4711"]


def test_two_houses_have_equal_numbers(client, connect, other_organisation):
    ours = connect("woocommerce")
    theirs = connect("woocommerce", organisation=other_organisation, location=None)
    deliver(client, ours, sample("woocommerce_order"), topic="order.created")
    assert deliver(client, theirs, sample("woocommerce_order"), topic="order.created").code == "no_location"
    assert Order.objects.count() == 1
