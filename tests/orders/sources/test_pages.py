"""The pages of sources: what is connected, how it is, what did not arrive."""

from django.urls import reverse

from backoffice.audit.models import AuditEntry
from orders.models import ConnectedSource, Order, SourceEvent
from tests.orders.sources.senders import SECRET, deliver, sample, send, work


def test_a_shop_is_connected_and_shows_its_address(sign_in, admin, location):
    client = sign_in(admin)
    kinds = client.get(reverse("orders:source-kinds")).content.decode()
    assert "WooCommerce" in kinds
    values = {"name": "Webshop", "source": "web", "location": location.pk, "secret": SECRET}
    answer = client.post(reverse("orders:source-new", args=["woocommerce"]), values)
    shop = ConnectedSource.objects.get()
    assert answer.url == reverse("orders:source-edit", args=[shop.pk])
    page = client.get(answer.url).content.decode()
    assert shop.hook_url in page
    assert SECRET not in page
    assert SECRET not in shop.sealed_secret


def test_an_empty_secret_leaves_the_stored_one(sign_in, admin, connect, location):
    shop = connect("shopify")
    values = {"name": "Shop", "source": "web", "location": location.pk, "is_on": "on"}
    sign_in(admin).post(reverse("orders:source-edit", args=[shop.pk]), values)
    shop.refresh_from_db()
    assert (shop.name, shop.secret) == ("Shop", SECRET)


def test_a_new_shop_needs_its_secret(sign_in, admin, location):
    values = {"name": "Shop", "source": "web", "location": location.pk}
    answer = sign_in(admin).post(reverse("orders:source-new", args=["shopify"]), values)
    assert "secret" in answer.context["form"].errors


def test_an_address_in_a_private_network_is_refused(sign_in, admin, location):
    values = {"name": "Shop", "source": "web", "location": location.pk, "secret": "x"}
    for url in ("https://127.0.0.1/", "https://10.0.0.8", "https://[::1]", "http://shop.example"):
        answer = sign_in(admin).post(
            reverse("orders:source-new", args=["woocommerce"]), values | {"api_url": url}
        )
        assert "api_url" in answer.context["form"].errors


def test_no_secret_is_in_the_log(sign_in, admin, connect):
    connect("shopify")
    entry = AuditEntry.objects.get(action="orders.source_added")
    assert SECRET not in str(entry.details)


def test_switching_off_says_what_it_means(sign_in, admin, connect):
    client, shop = sign_in(admin), connect("shopify")
    url = reverse("orders:source-switch", args=[shop.pk])
    assert "held back" in client.get(url).content.decode()
    client.post(url, {"state": "off"})
    shop.refresh_from_db()
    assert (shop.is_on, shop.switched_by) == (False, admin)
    assert "Off" in client.get(reverse("orders:sources")).content.decode()
    client.post(url, {"state": "on"})
    shop.refresh_from_db()
    assert shop.is_on


def test_a_new_address_ends_the_old_one(sign_in, admin, connect, client):
    shop = connect("ready2order")
    sign_in(admin).post(reverse("orders:source-renew", args=[shop.pk]))
    assert send(client, shop, sample("ready2order_invoice")) == 404
    shop.refresh_from_db()
    assert send(client, shop, sample("ready2order_invoice")) == 200


def test_what_did_not_arrive_is_told_with_what_helps(sign_in, admin, connect, client):
    shop = connect("shopify")
    deliver(client, shop, sample("shopify_refund"), topic="refunds/create")
    page = sign_in(admin).get(reverse("orders:sources")).content.decode()
    assert "Its order has not come yet" in page
    assert "5940139491234" in page
    url = reverse("orders:source-replay-trouble", args=[shop.pk, "order_missing"])
    assert "1 message is worked on again" in sign_in(admin).post(url, follow=True).content.decode()


def test_a_message_is_shown_as_it_came_and_worked_on_again(sign_in, admin, connect, client):
    shop = connect("shopify")
    send(client, shop, sample("shopify_order"), topic="orders/create", secret="wrong")
    event = SourceEvent.objects.get()
    url = reverse("orders:source-event", args=[shop.pk, event.pk])
    page = sign_in(admin).get(url).content.decode()
    assert "Tapas-Platte" in page
    again = reverse("orders:source-event-replay", args=[shop.pk, event.pk])
    assert "does not fit" in sign_in(admin).post(again, follow=True).content.decode()
    shop.secret = "wrong"
    shop.save()
    sign_in(admin).post(again)
    work()
    assert Order.objects.exists()


def test_what_was_taken_in_leads_to_its_receipt(sign_in, admin, connect, client):
    shop = connect("shopify")
    event = deliver(client, shop, sample("shopify_order"), topic="orders/create")
    receipt = reverse("orders:receipt", args=[event.order.pk])
    for url in ("orders:source-events", "orders:source-event"):
        place = [shop.pk] if url == "orders:source-events" else [shop.pk, event.pk]
        assert receipt in sign_in(admin).get(reverse(url, args=place)).content.decode()


def test_messages_of_a_period_are_worked_on_again(sign_in, admin, connect, client):
    shop = connect("shopify")
    event = deliver(client, shop, sample("shopify_order"), topic="orders/create")
    url, day = reverse("orders:source-replay", args=[shop.pk]), f"{event.received_at:%Y-%m-%d}"
    wrong = sign_in(admin).post(url, {"since": day, "until": "2020-01-01", "which": "all"})
    assert wrong.status_code == 422
    sign_in(admin).post(url, {"since": day, "until": day, "which": "all"})
    event.refresh_from_db()
    assert event.state == "waiting"


def test_events_are_listed_page_by_page(sign_in, admin, connect):
    shop = connect("shopify")
    SourceEvent.objects.bulk_create(
        SourceEvent(connected_source=shop, event_id=f"e{n}", topic="orders/create", body=b"{}")
        for n in range(60)
    )
    client, url = sign_in(admin), reverse("orders:source-events", args=[shop.pk])
    first = client.get(url)
    assert len(first.context["events"]) == 50
    second = client.get(url, {"before": first.context["older"]})
    assert len(second.context["events"]) == 10
    assert len(client.get(url, {"state": "failed"}).context["events"]) == 0
    assert client.get(url, {"state": "%00", "before": "x"}).status_code == 200


def test_the_list_asks_as_often_for_three_as_for_one(
    sign_in, admin, connect, client, django_assert_num_queries
):
    reader = sign_in(admin)
    for count in range(1, 4):
        shop = connect("shopify", name=f"Shop {count}")
        deliver(client, shop, sample("shopify_refund"), topic="refunds/create")
        if count in (1, 3):
            reader.get(reverse("orders:sources"))
            with django_assert_num_queries(11):
                reader.get(reverse("orders:sources"))
