"""Shopify: webhooks of orders, refunds and customers, in the shape of its Admin REST API.

Source: the Admin API's documentation of webhooks, and of the Order, Refund and Customer resources.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine, OrderEventPayment, OrderEventRefund
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import ConsentNews, CustomerNews, House, OrderNews, Person
from orders.sources.formats.payload import Part
from orders.sources.formats.signing import is_base64_of

HEADERS = (
    *("x-shopify-topic", "x-shopify-hmac-sha256", "x-shopify-webhook-id", "x-shopify-event-id"),
    *("x-shopify-shop-domain", "x-shopify-triggered-at", "x-shopify-api-version"),
)
SOURCE = Source.WEB
TOPICS = frozenset(
    {
        *("orders/create", "orders/updated", "orders/paid", "orders/fulfilled", "orders/cancelled"),
        *("orders/edited", "orders/partially_fulfilled", "refunds/create"),
        *("customers/create", "customers/update"),
    }
)
SIGNS = True
API_URL = ""
CHECK_PATH = "/admin/api/2025-10/shop.json"
_PAID = ("paid", "partially_refunded", "refunded")


def is_signed(message: Message, secret: str) -> bool:
    return is_base64_of(message.header("x-shopify-hmac-sha256"), secret, message.body)


def is_ping(message: Message) -> bool:
    return False


def identify(message: Message) -> tuple[str, str]:
    return message.header("x-shopify-webhook-id") or message.digest, message.header("x-shopify-topic")


def path_of(topic: str, payload: Part) -> str:
    return ""


def authorization(token: str) -> dict[str, str]:
    return {"X-Shopify-Access-Token": token}


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    if topic.startswith("customers/"):
        person = _person(payload, payload.part("default_address"), payload, house)
        yield CustomerNews(person, payload.needed_moment("updated_at"))
    elif topic == "refunds/create":
        yield OrderNews(
            house.number(payload.needed("order_id")),
            payload.needed_moment("created_at"),
            refunds=tuple(_refunds([payload], house)),
        )
    elif topic != "orders/edited":  # says what was added and removed; `orders/updated` follows with all
        yield from read_order(payload, house)


def read_order(order: Part, house: House) -> Iterator[OrderNews]:
    """Nothing of test orders."""
    if order.flag("test"):
        return
    event = _event(order, house)
    is_cancelled = event.status == OrderStatus.VOIDED
    yield OrderNews(
        event.external_id,
        order.needed_moment("updated_at"),
        event=event,
        status=event.status,
        reason=(order.text("cancel_reason") or house.names["cancelled"]) if is_cancelled else "",
        refunds=() if is_cancelled else tuple(_refunds(order.parts("refunds"), house)),
        person=_buyer(order, house),
    )


def _event(order: Part, house: House) -> OrderEvent:
    tip_cents = order.cents("total_tip_received", house.decimals)
    paid_cents = order.cents("total_price", house.decimals)
    lines, discount_cents = house.settle(list(_lines(order, house)), paid_cents - tip_cents)
    person = _buyer(order, house)
    return house.order(
        person,
        external_id=house.number(order.needed("id")),
        placed_at=order.needed_moment("created_at"),
        lines=lines,
        source=Source.STORE if order.text("source_name") == "pos" else house.source,
        service_type=ServiceType.DELIVERY if order.part("shipping_address") else ServiceType.PICKUP,
        status=_status(order),
        tip_cents=tip_cents,
        discount_cents=discount_cents,
        payments=tuple(_payments(order, paid_cents, house)),
    )


def _status(order: Part) -> str:
    if "cancelled_at" in order:
        return OrderStatus.VOIDED
    is_paid = order.text("financial_status") in _PAID
    is_over = order.text("fulfillment_status") == "fulfilled" or "closed_at" in order
    if is_over or (is_paid and order.text("source_name") == "pos") or order.parts("refunds"):
        return OrderStatus.COMPLETED
    return OrderStatus.OPEN


def _lines(order: Part, house: House) -> Iterator[OrderEventLine]:
    adds_tax = not order.flag("taxes_included")
    for line in order.parts("line_items"):
        quantity = line.number("quantity")
        cents = line.cents("price", house.decimals) * int(quantity or 1)
        name = " ".join(filter(None, [line.text("title"), line.text("variant_title")]))
        yield house.line(name, quantity, cents + _tax(line, house) * adds_tax, _rate(line))
    for line in order.parts("shipping_lines"):
        cents = line.cents("price", house.decimals) + _tax(line, house) * adds_tax
        yield from house.fees([(line.text("title") or house.names["delivery"], cents)], _rate(line))


def _tax(line: Part, house: House) -> int:
    return sum(tax.cents("price", house.decimals) for tax in line.parts("tax_lines"))


def _rate(line: Part) -> Decimal | None:
    taxes = line.parts("tax_lines")
    rate = taxes[0].number("rate") if len(taxes) == 1 else None
    return None if rate is None else rate * 100


def _refunds(refunds: list[Part], house: House) -> Iterator[OrderEventRefund]:
    """What was really paid back: transactions that failed pay nothing."""
    for refund in refunds:
        paid = [
            one.cents("amount", house.decimals)
            for one in refund.parts("transactions")
            if one.text("kind") == "refund" and one.text("status") == "success"
        ]
        if sum(paid) > 0:
            yield house.refund(refund.needed("id"), sum(paid), refund.text("note") or house.names["refund"])


def _payments(order: Part, cents: int, house: House) -> Iterator[OrderEventPayment]:
    names = order.names("payment_gateway_names")
    if names and order.text("financial_status") in _PAID:
        yield OrderEventPayment(house.short(", ".join(names), 60), cents)


def _buyer(order: Part, house: House) -> Person:
    address = order.part("billing_address") or order.part("shipping_address")
    return _person(order.part("customer"), address, order, house)


def _person(customer: Part, address: Part, whole: Part, house: House) -> Person:
    return house.person(
        phone=customer.text("phone") or whole.text("phone") or address.text("phone"),
        email=customer.text("email") or whole.text("email") or whole.text("contact_email"),
        first_name=customer.text("first_name") or address.text("first_name"),
        last_name=customer.text("last_name") or address.text("last_name"),
        consent=_consent(customer, house),
    )


def _consent(customer: Part, house: House) -> ConsentNews | None:
    """Only a decision with a moment: what nobody decided, or is not confirmed yet, says nothing."""
    said = customer.part("email_marketing_consent")
    states = {"subscribed": True, "unsubscribed": False}
    decided_at = said.moment("consent_updated_at")
    if said.text("state") not in states or decided_at is None:
        return None
    return ConsentNews(states[said.text("state")], decided_at, house.names["origin"])


MISSED, MISSED_TOPIC, MISSED_AT_ONCE = "orders", "orders/updated", 250


def missed_path(since: datetime, page: int) -> str:
    """Orders changed since then, the oldest change first; it knows no pages by number."""
    values = {
        "status": "any",
        "updated_at_min": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "order": "updated_at asc",
        "limit": MISSED_AT_ONCE,
    }
    return f"/admin/api/2025-10/orders.json?{urlencode(values)}"


def changed_at(order: Part) -> datetime:
    return order.needed_moment("updated_at")
