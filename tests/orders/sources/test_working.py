"""What messages tell later: status, refunds, voids, who it was; whatever order they come in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.jobs.models import Job
from customers.models import ConsentEntry, Customer
from orders.models import Order, SourceEvent
from orders.sources.keeping import trim_bodies
from orders.sources.replaying import replay, replay_one
from orders.sources.working import sweep
from tests.orders.sources.senders import deliver, sample, send, work


def shopify(**changes):
    return sample("shopify_order", **changes)


def woo(**changes):
    return sample("woocommerce_order", **changes)


def test_an_order_is_completed_by_a_later_message(client, connect):
    shop = connect("woocommerce")
    deliver(client, shop, woo(), topic="order.created")
    done = woo(status="completed", date_modified_gmt="2026-11-20T19:00:00")
    order = deliver(client, shop, done, topic="order.updated").order
    assert order.status == "completed"
    assert order.customer.stats.revenue_cents == 3650


def test_an_older_message_that_comes_late_changes_nothing(client, connect):
    shop = connect("woocommerce")
    deliver(
        client, shop, woo(status="completed", date_modified_gmt="2026-11-20T19:00:00"), topic="order.updated"
    )
    late = woo(status="cancelled", date_modified_gmt="2026-11-20T18:00:00")
    event = deliver(client, shop, late, topic="order.updated")
    assert (event.state, event.order.status) == ("done", "completed")


def test_a_cancelled_order_is_voided(client, connect):
    shop = connect("shopify")
    deliver(client, shop, shopify(), topic="orders/create")
    gone = shopify(cancelled_at="2026-11-20T19:00:00+01:00", updated_at="2026-11-20T19:00:01+01:00")
    order = deliver(client, shop, gone, topic="orders/cancelled").order
    assert order.status == "voided"
    assert Order.objects.count() == 1


def test_a_refund_counts_once_however_it_is_told(client, connect):
    shop = connect("shopify")
    paid = shopify(fulfillment_status="fulfilled")
    deliver(client, shop, paid, topic="orders/fulfilled")
    deliver(client, shop, sample("shopify_refund"), topic="refunds/create")
    whole = shopify(
        fulfillment_status="fulfilled",
        refunds=[sample("shopify_refund")],
        updated_at="2026-11-21T09:00:01+01:00",
    )
    order = deliver(client, shop, whole, topic="orders/updated").order
    assert (order.refunded_cents, order.customer.stats.revenue_cents) == (600, 2840)


def test_a_refund_before_its_order_waits_for_it(client, connect):
    shop = connect("shopify")
    early = deliver(client, shop, sample("shopify_refund"), topic="refunds/create")
    assert (early.state, early.code) == ("failed", "order_missing")
    deliver(client, shop, shopify(fulfillment_status="fulfilled"), topic="orders/fulfilled")
    early.refresh_from_db()
    assert (early.state, early.order.refunded_cents) == ("done", 600)


def test_a_receipt_turned_round_voids_the_first(client, connect):
    till = connect("lightspeed")
    deliver(client, till, sample("lightspeed_sale"))
    deliver(client, till, sample("lightspeed_void"))
    order = Order.objects.get()
    assert (order.status, order.customer.stats.revenue_cents) == ("voided", 0)


def test_a_part_of_a_receipt_turned_round_is_refunded(client, connect):
    till = connect("ready2order")
    deliver(client, till, sample("ready2order_invoice"))
    back = {"invoice_id": 88240, "invoice_reference_id": 88231, "invoice_total": "-4.00"}
    invoice = sample("ready2order_invoice")["invoice"] | back
    deliver(client, till, {"event": "invoice.created", "invoice": invoice})
    order = Order.objects.get()
    assert (order.status, order.refunded_cents) == ("completed", 400)


def test_a_platform_calls_an_order_off_on_the_next_day(client, connect):
    hub = connect("deliverect")
    deliver(client, hub, sample("deliverect_order"))
    off = sample("deliverect_order", status=100, _updated="2026-11-21T08:00:00Z", _id="another")
    deliver(client, hub, off)
    assert Order.objects.get().status == "voided"


def test_a_number_that_a_platform_uses_again_is_another_order(client, connect):
    hub = connect("deliverect")
    deliver(client, hub, sample("deliverect_order"))
    later = sample("deliverect_order", _id="x", pickupTime="2026-11-24T18:20:00Z")
    deliver(client, hub, later)
    assert Order.objects.count() == 2


def test_square_is_asked_for_what_it_only_points_to(client, connect, vendor_api):
    order = sample("square_order")
    api = vendor_api({f"/v2/orders/{order['order']['id']}": order})
    till = connect("square", api_url=api.url)
    till.api_token = "sq-token"
    till.save()
    stored = deliver(client, till, sample("square_event")).order
    assert (stored.total_cents, stored.tip_cents, stored.discount_cents) == (3109, 200, 290)
    assert [(line.name, line.quantity) for line in stored.lines.all()] == [
        ("Schnitzel klein", 2),
        ("Parmesan", 1),
    ]
    assert (stored.customer.last_name, stored.service_type) == ("Özil", "pickup")
    assert api.asked[0][1]["Authorization"] == "Bearer sq-token"


def test_square_refunds_by_payment(client, connect, vendor_api):
    order = sample("square_order")
    payment = {"payment": {"id": "KkAkhdMsgzn59SM8A89WgKwekxLZY", "order_id": order["order"]["id"]}}
    answers = {
        f"/v2/orders/{order['order']['id']}": order,
        f"/v2/payments/{payment['payment']['id']}": payment,
    }
    till = connect("square", api_url=vendor_api(answers).url)
    till.api_token = "sq-token"
    till.save()
    deliver(client, till, sample("square_event"))
    deliver(client, till, sample("square_payment"))
    assert Order.objects.get().refunded_cents == 499


def test_without_access_the_message_waits_and_says_so(client, connect):
    event = deliver(client, connect("square"), sample("square_event"))
    assert (event.state, event.code) == ("failed", "no_token")


def test_who_it_was_may_be_told_later(client, connect):
    shop = connect("woocommerce")
    nobody = {"first_name": "", "last_name": "", "email": "", "phone": ""}
    order = deliver(client, shop, woo(billing=nobody), topic="order.created").order
    assert order.customer is None
    later = woo(status="completed", date_modified_gmt="2026-11-20T19:00:00")
    order = deliver(client, shop, later, topic="order.updated").order
    assert order.customer.last_name == "Weißhaupt"
    assert order.customer.stats.receipts_count == 1


def test_a_customer_of_the_shop_comes_without_an_order(client, connect):
    person = shopify()["customer"]
    event = deliver(client, connect("shopify"), person, topic="customers/create")
    customer = Customer.objects.get()
    assert (event.state, customer.source, customer.last_name) == ("done", "web", "García")


def test_a_consent_comes_with_its_moment_and_origin(client, connect):
    shop = connect("shopify", name="Lindenhof-Shop")
    order = deliver(client, shop, shopify(), topic="orders/create").order
    line = ConsentEntry.objects.get(customer=order.customer)
    assert (line.action, line.origin, line.method) == ("granted", "Lindenhof-Shop", "web_form")
    assert f"{line.occurred_at:%Y-%m-%d %H:%M}" == "2026-10-01 08:05"


@pytest.mark.parametrize("state", ["pending", "not_subscribed", "redacted", "invalid", "", None])
def test_no_other_flag_grants_anything(client, connect, state):
    order = shopify()
    order["customer"]["email_marketing_consent"]["state"] = state
    order["customer"]["accepts_marketing"] = True
    deliver(client, connect("shopify"), order, topic="orders/create")
    assert not ConsentEntry.objects.exists()


def test_a_withdrawal_is_never_lifted_by_a_shop(client, connect):
    shop = connect("shopify")
    person = shopify()["customer"]
    out = {"state": "unsubscribed", "consent_updated_at": "2026-10-05T10:00:00+02:00"}
    deliver(client, shop, person | {"email_marketing_consent": out}, topic="customers/update")
    again = {"state": "subscribed", "consent_updated_at": "2026-11-01T10:00:00+01:00"}
    deliver(client, shop, person | {"email_marketing_consent": again}, topic="customers/update")
    customer = Customer.objects.get()
    assert not customer.marketing_consent
    assert list(ConsentEntry.objects.values_list("action", flat=True)) == ["withdrawn"]


def test_with_the_module_off_orders_come_without_customers(client, connect, organisation):
    organisation.collects_customers = False
    organisation.save()
    shop = connect("shopify")
    assert deliver(client, shop, shopify(), topic="orders/create").order.customer is None
    deliver(client, shop, shopify()["customer"], topic="customers/create")
    assert not Customer.objects.exists()


def test_a_changed_order_is_told_and_its_receipt_stays(client, connect):
    shop = connect("woocommerce")
    deliver(client, shop, woo(), topic="order.created")
    event = deliver(
        client, shop, woo(total="20.00", date_modified_gmt="2026-11-20T18:00:00"), topic="order.updated"
    )
    assert event.detail["hints"] == ["changed_since"]
    assert event.order.total_cents == 3650


def test_what_cannot_be_read_says_where(client, connect):
    broken = woo()
    broken["line_items"][1]["quantity"] = {"value": 2}
    event = deliver(client, connect("woocommerce"), broken, topic="order.created")
    assert (event.state, event.code) == ("failed", "unreadable")
    assert event.detail["place"] == "line_items/1/quantity"


@pytest.mark.parametrize("name", ["x" * 300, "A\u0000B", "\ud83c", "  ", ""])
def test_names_that_no_column_takes_lose_no_order(client, connect, name):
    order = woo()
    order["line_items"][0]["name"] = name
    stored = deliver(client, connect("woocommerce"), order, topic="order.created")
    assert (stored.state, stored.order.total_cents) == ("done", 3650)


def test_a_phone_that_is_none_costs_the_customer_not_the_order(client, connect):
    order = woo()
    order["billing"] |= {"phone": "call me", "email": "nobody"}
    event = deliver(client, connect("woocommerce"), order, topic="order.created")
    assert (event.order.customer, event.detail["hints"]) == (None, ["email", "phone"])


def test_working_again_changes_nothing(client, connect):
    shop = connect("shopify")
    deliver(client, shop, shopify(fulfillment_status="fulfilled"), topic="orders/fulfilled")
    deliver(client, shop, sample("shopify_refund"), topic="refunds/create")
    assert replay(shop, takes_all=True) == 2
    work()
    order = Order.objects.get()
    assert (order.refunded_cents, order.customer.stats.receipts_count) == (600, 1)
    assert set(shop.events.values_list("state", flat=True)) == {"done"}


def test_a_fault_of_ours_is_kept_and_can_be_tried_again(client, connect, monkeypatch):
    shop = connect("shopify")
    with monkeypatch.context() as patch:
        patch.setattr("orders.sources.working.apply_news", lambda *args: 1 / 0)
        event = deliver(client, shop, shopify(), topic="orders/create")
    assert (event.state, event.code) == ("failed", "fault")
    assert shop.days.get().errors == 1
    assert replay_one(event) == 1
    work()
    event.refresh_from_db()
    assert event.state == "done"


def test_a_message_whose_task_was_lost_is_taken_up(client, connect, time_machine):
    time_machine.move_to(timezone.now())
    shop = connect("shopify")
    send(client, shop, shopify(), topic="orders/create")
    Job.objects.all().delete()
    sweep()
    assert not Order.objects.exists()
    time_machine.shift(timedelta(minutes=3))
    sweep()
    assert Order.objects.exists()


def test_raw_messages_go_after_a_while(client, connect, settings):
    shop = connect("shopify")
    event = deliver(client, shop, shopify(), topic="orders/create")
    SourceEvent.objects.update(received_at=timezone.now() - timedelta(days=settings.SOURCE_EVENT_DAYS + 1))
    trim_bodies()
    event.refresh_from_db()
    assert (event.body, event.headers, event.state) == (None, {}, "done")
    assert replay(shop, takes_all=True) == 0


def test_thousands_are_worked_on_again_some_at_a_time(client, connect, monkeypatch):
    monkeypatch.setattr("orders.sources.working._AT_ONCE", 2)
    shop = connect("shopify")
    for number in range(5):
        deliver(client, shop, shopify(id=number + 1), topic="orders/create")
    assert replay(shop, takes_all=True) == 5
    work()
    assert set(shop.events.values_list("state", "attempts")) == {("done", 2)}


def test_two_numbers_that_begin_alike_are_two_messages(client, connect):
    shop = connect("woocommerce")
    for end in ("a", "b"):
        send(client, shop, woo(id=f"1{end}"), topic="order.created", delivery="x" * 250 + end)
    assert shop.events.count() == 2
