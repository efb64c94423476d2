"""WooCommerce: webhooks of orders and customers, in the shape of its REST API v3.

Source: the REST API's documentation of webhooks, order and customer properties.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine, OrderEventPayment, OrderEventRefund
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import CustomerNews, House, OrderNews, Person
from orders.sources.formats.payload import Part
from orders.sources.formats.signing import is_base64_of

HEADERS = (
    *("x-wc-webhook-topic", "x-wc-webhook-signature", "x-wc-webhook-delivery-id"),
    *("x-wc-webhook-id", "x-wc-webhook-source"),
)
SOURCE = Source.WEB
TOPICS = frozenset(
    {
        *("order.created", "order.updated", "order.deleted", "order.restored"),
        *("customer.created", "customer.updated"),
    }
)
SIGNS = True
API_URL = ""
CHECK_PATH = "/wp-json/wc/v3/orders?per_page=1"
_STATUS = {
    "on-hold": OrderStatus.OPEN,
    "processing": OrderStatus.OPEN,
    "completed": OrderStatus.COMPLETED,
    "refunded": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.VOIDED,
    "failed": OrderStatus.VOIDED,
    "trash": OrderStatus.VOIDED,
}
_TIPS = frozenset({"tip", "trinkgeld", "propina"})


def is_signed(message: Message, secret: str) -> bool:
    return is_base64_of(message.header("x-wc-webhook-signature"), secret, message.body)


def is_ping(message: Message) -> bool:
    return message.body.startswith(b"webhook_id=")


def identify(message: Message) -> tuple[str, str]:
    return message.header("x-wc-webhook-delivery-id") or message.digest, message.header("x-wc-webhook-topic")


def path_of(topic: str, payload: Part) -> str:
    return ""


def authorization(token: str) -> dict[str, str]:
    """`token` is `consumer key:consumer secret`."""
    return {"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}"}


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    if topic.startswith("customer."):
        yield CustomerNews(_person(payload.part("billing"), payload, house), _told_at(payload))
    elif topic == "order.deleted":
        yield OrderNews(
            house.number(payload.needed("id")),
            house.now,
            status=OrderStatus.VOIDED,
            reason=house.names["deleted"],
        )
    else:
        yield from read_order(payload, house)


def read_order(order: Part, house: House) -> Iterator[OrderNews]:
    """Nothing of one that is not placed yet: `pending` waits for its payment, `checkout-draft` is a cart."""
    status = _STATUS.get(order.needed("status"))
    if status is None:
        return
    refunds = tuple(_refunds(order, house))
    event = _event(order, house, OrderStatus.COMPLETED if refunds else status)
    yield OrderNews(
        event.external_id,
        _told_at(order),
        event=event,
        status=event.status,
        reason=house.names["cancelled"] if status == OrderStatus.VOIDED else "",
        refunds=refunds,
        person=_person(order.part("billing"), order, house),
    )


def _event(order: Part, house: House, status: str) -> OrderEvent:
    tips = [fee for fee in order.parts("fee_lines") if fee.text("name").casefold() in _TIPS]
    tip_cents = sum(_gross(fee, house) for fee in tips)
    total_cents = order.cents("total", house.decimals) - tip_cents
    lines, discount_cents = house.settle(list(_lines(order, house)), total_cents)
    person = _person(order.part("billing"), order, house)
    return house.order(
        person,
        external_id=house.number(order.needed("id")),
        placed_at=order.needed_moment("date_created_gmt"),
        lines=lines,
        service_type=_service_type(order),
        status=status,
        tip_cents=tip_cents,
        discount_cents=discount_cents,
        payments=tuple(_payments(order, total_cents + tip_cents, house)),
    )


def _lines(order: Part, house: House) -> Iterator[OrderEventLine]:
    """Before coupons: what they take off is the discount of the order."""
    rates = {line.text("rate_id"): line.number("rate_percent") for line in order.parts("tax_lines")}
    for line in order.parts("line_items"):
        cents = line.cents("subtotal", house.decimals) + line.cents("subtotal_tax", house.decimals)
        yield house.line(line.text("name"), line.number("quantity"), cents, _rate(line, rates))
    for line in (*order.parts("shipping_lines"), *order.parts("fee_lines")):
        name = line.text("method_title") or line.text("name")
        if name.casefold() not in _TIPS:
            yield from house.fees([(name, _gross(line, house))], _rate(line, rates))


def _rate(line: Part, rates: dict[str, Decimal | None]) -> Decimal | None:
    taxes = line.parts("taxes")
    return rates.get(taxes[0].text("id")) if taxes else None


def _gross(line: Part, house: House) -> int:
    return line.cents("total", house.decimals) + line.cents("total_tax", house.decimals)


def _refunds(order: Part, house: House) -> Iterator[OrderEventRefund]:
    for refund in order.parts("refunds"):
        reason = refund.text("reason") or house.names["refund"]
        yield house.refund(refund.needed("id"), abs(refund.cents("total", house.decimals)), reason)


def _payments(order: Part, cents: int, house: House) -> Iterator[OrderEventPayment]:
    method = order.text("payment_method_title") or order.text("payment_method")
    if method and "date_paid_gmt" in order:
        yield OrderEventPayment(house.short(method, 60), cents)


def _service_type(order: Part) -> str:
    methods = [line.text("method_id") for line in order.parts("shipping_lines")]
    is_brought = any(not method.startswith(("local_pickup", "pickup_location")) for method in methods)
    return ServiceType.DELIVERY if is_brought else ServiceType.PICKUP


def _person(billing: Part, whole: Part, house: House) -> Person:
    return house.person(
        phone=billing.text("phone"),
        email=billing.text("email") or whole.text("email"),
        first_name=billing.text("first_name") or whole.text("first_name"),
        last_name=billing.text("last_name") or whole.text("last_name"),
    )


def _told_at(payload: Part) -> datetime:
    return payload.moment("date_modified_gmt") or payload.needed_moment("date_created_gmt")


MISSED, MISSED_TOPIC, MISSED_AT_ONCE = "items", "order.updated", 50


def missed_path(since: datetime, page: int) -> str:
    """Orders changed since then, the oldest change first."""
    values = {
        "modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "per_page": MISSED_AT_ONCE,
        "page": page,
    }
    return f"/wp-json/wc/v3/orders?{urlencode(values)}"


def changed_at(order: Part) -> datetime:
    return _told_at(order)
