"""What was missed is fetched from the shop, page by page; what is known already changes nothing."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from backoffice.jobs.models import Job
from orders.models import Order
from orders.sources.pulling import start_pull
from tests.orders.sources.senders import deliver, sample, work

SINCE = datetime(2026, 11, 19, tzinfo=UTC)


def woo_orders(count):
    first = datetime(2026, 11, 20, 12, 0)
    return [
        sample("woocommerce_order", id=100 + n, date_modified_gmt=(first + timedelta(minutes=n)).isoformat())
        for n in range(count)
    ]


def woo_page(orders):
    """As WooCommerce answers: changed after a moment, by pages."""

    def answer(query):
        if "modified_after" not in query:
            return orders[: int(query["per_page"])]
        assert query["dates_are_gmt"] == "true"
        changed = [one for one in orders if one["date_modified_gmt"] > query["modified_after"]]
        size, page = int(query["per_page"]), int(query["page"])
        return changed[(page - 1) * size : page * size]

    return answer


@pytest.fixture
def shop(connect, vendor_api):
    orders = woo_orders(120)
    api = vendor_api({"/wp-json/wc/v3/orders": woo_page(orders)})
    source = connect("woocommerce", api_url=api.url)
    source.api_token = "ck_1:cs_2"
    source.save()
    source.api, source.orders = api, orders
    return source


def test_all_pages_come_once(client, shop, admin):
    deliver(client, shop, shop.orders[3], topic="order.updated")
    for _again in range(2):
        start_pull(shop, since=SINCE, actor=admin)
        work()
    assert Order.objects.count() == 120
    assert Job.objects.filter(kind="orders.pull_source", status="done").count() == 2
    assert shop.api.asked[0][1]["Authorization"] == f"Basic {base64.b64encode(b'ck_1:cs_2').decode()}"


def test_orders_changed_in_the_same_second_are_not_left_out(client, shop, admin):
    for order in shop.orders:
        order["date_modified_gmt"] = "2026-11-20T12:00:00"
    start_pull(shop, since=SINCE, actor=admin)
    work()
    assert Order.objects.count() == 120


def test_shopify_goes_on_from_the_last_change(connect, vendor_api, admin):
    orders = [
        sample("shopify_order", id=n, updated_at=f"2026-11-20T{10 + n // 60:02}:{n % 60:02}:00Z")
        for n in range(300)
    ]

    def answer(query):
        late = [one for one in orders if one["updated_at"] >= query["updated_at_min"]]
        return {"orders": late[: int(query["limit"])]}

    api = vendor_api({"/admin/api/2025-10/orders.json": answer})
    source = connect("shopify", api_url=api.url)
    source.api_token = "shpat_1"
    source.save()
    start_pull(source, since=SINCE, actor=admin)
    work()
    assert Order.objects.count() == 300
    assert api.asked[0][1]["X-Shopify-Access-Token"] == "shpat_1"


def test_a_shop_that_refuses_is_told(shop, admin):
    shop.api.answers.clear()
    start_pull(shop, since=SINCE, actor=admin)
    work()
    job = Job.objects.get(kind="orders.pull_source")
    assert (job.status, "404" in job.error) == ("failed", True)


def test_it_is_started_on_a_page(shop, admin, sign_in):
    client, url = sign_in(admin), reverse("orders:source-pull", args=[shop.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"since": "1999-01-01"}).status_code == 422
    answer = client.post(url, {"since": f"{datetime.now(UTC).date():%Y-%m-%d}"})
    assert answer.url == reverse("jobs:list")
    assert Job.objects.filter(kind="orders.pull_source").exists()


def test_the_connection_is_tried_by_a_button(shop, admin, sign_in):
    client = sign_in(admin)
    page = client.post(reverse("orders:source-check", args=[shop.pk]), follow=True)
    assert "our access key is right" in page.content.decode()
    shop.api.answers.clear()
    page = client.post(reverse("orders:source-check", args=[shop.pk]), follow=True)
    assert "404" in page.content.decode()
