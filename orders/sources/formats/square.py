"""Square: events of orders, payments and refunds, which only point to what the Orders API tells whole.

Source: the developer documentation of webhooks, and of Order, Payment and PaymentRefund. The signature is
over the address as it was entered at Square, and the raw body.
"""

from collections.abc import Iterator
from decimal import Decimal

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine, OrderEventPayment
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import House, OrderNews, Person
from orders.sources.formats.payload import Part, UnreadablePayload
from orders.sources.formats.signing import is_base64_of

HEADERS = ("x-square-hmacsha256-signature", "square-retry-number", "square-initial-delivery-timestamp")
SOURCE = Source.STORE
TOPICS = frozenset(
    {
        *("order.created", "order.updated", "payment.created", "payment.updated"),
        *("refund.created", "refund.updated"),
    }
)
SIGNS = True
API_URL = "https://connect.squareup.com"
CHECK_PATH = "/v2/locations"
_STATUS = {
    "OPEN": OrderStatus.OPEN,
    "COMPLETED": OrderStatus.COMPLETED,
    "CANCELED": OrderStatus.VOIDED,
}
_SERVICE_TYPES = {
    "PICKUP": ServiceType.PICKUP,
    "DELIVERY": ServiceType.DELIVERY,
    "SHIPMENT": ServiceType.DELIVERY,
}


def is_signed(message: Message, secret: str) -> bool:
    given = message.header("x-square-hmacsha256-signature")
    return is_base64_of(given, secret, message.url.encode() + message.body)


def is_ping(message: Message) -> bool:
    return False


def identify(message: Message) -> tuple[str, str]:
    payload = message.read()
    return payload.needed("event_id"), payload.needed("type")


def path_of(topic: str, payload: Part) -> str:
    told = _told(topic, payload)
    if topic.startswith("refund."):
        return f"/v2/payments/{told.needed('payment_id')}"
    order_id = told.text("order_id")
    return f"/v2/orders/{order_id}" if order_id else ""


def _told(topic: str, payload: Part) -> Part:
    """What the event is about: it stands under a name of its own in `data.object`."""
    name = topic.replace(".", "_") if topic.startswith("order.") else topic.partition(".")[0]
    told = payload.part("data").part("object").part(name)
    if not told:
        raise UnreadablePayload(f"data/object/{name}")
    return told


def authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Square-Version": "2025-10-16"}


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    told = _told(topic, payload)
    if topic.startswith("refund."):
        yield from _read_refund(told, fetched.part("payment"), house)
    elif fetched:  # a payment without an order is no receipt
        payment = told if topic.startswith("payment.") else Part({})
        yield from read_order(fetched.part("order"), house, payment)


def _read_refund(refund: Part, payment: Part, house: House) -> Iterator[OrderNews]:
    if refund.text("status") != "COMPLETED":
        return
    yield OrderNews(
        house.number(payment.needed("order_id")),
        refund.moment("updated_at") or refund.needed_moment("created_at"),
        refunds=(
            house.refund(
                refund.needed("id"),
                _minor(refund, "amount_money"),
                refund.text("reason") or house.names["refund"],
            ),
        ),
    )


def read_order(order: Part, house: House, payment: Part) -> Iterator[OrderNews]:
    """Nothing of drafts."""
    status = _STATUS.get(order.needed("state"))
    if status is None:
        return
    event = _event(order, house, status, payment)
    yield OrderNews(
        event.external_id,
        order.moment("updated_at") or order.needed_moment("created_at"),
        event=event,
        status=status,
        reason=house.names["cancelled"] if status == OrderStatus.VOIDED else "",
        person=_person(order, payment, house),
    )


def _event(order: Part, house: House, status: str, payment: Part) -> OrderEvent:
    tip_cents = _minor(order, "total_tip_money")
    lines, discount_cents = house.settle(list(_lines(order, house)), _minor(order, "total_money") - tip_cents)
    person = _person(order, payment, house)
    fulfilment = _fulfilment(order)
    return house.order(
        person,
        external_id=house.number(order.needed("id")),
        placed_at=order.needed_moment("created_at"),
        lines=lines,
        service_type=_SERVICE_TYPES.get(fulfilment.text("type"), ServiceType.DINE_IN),
        status=status,
        tip_cents=tip_cents,
        discount_cents=discount_cents,
        promised_at=_details(fulfilment).moment("deliver_at") or _details(fulfilment).moment("pickup_at"),
        payments=tuple(_payments(order)),
    )


def _lines(order: Part, house: House) -> Iterator[OrderEventLine]:
    rates = {tax.text("uid"): tax.number("percentage") for tax in order.parts("taxes")}
    for line in order.parts("line_items"):
        cents = _minor(line, "total_money") + _minor(line, "total_discount_money")
        variation = line.text("variation_name")
        name = line.text("name") + (f" {variation}" if variation not in ("", "Regular") else "")
        note = house.short(line.text("note"))
        yield house.line(name, line.number("quantity"), cents, _rate(line, rates), note=note)
    for charge in order.parts("service_charges"):
        name = charge.text("name") or house.names["service"]
        yield from house.fees([(name, _minor(charge, "total_money"))])


def _rate(line: Part, rates: dict[str, Decimal | None]) -> Decimal | None:
    applied = line.parts("applied_taxes")
    return rates.get(applied[0].text("tax_uid")) if len(applied) == 1 else None


def _payments(order: Part) -> Iterator[OrderEventPayment]:
    for tender in order.parts("tenders"):
        yield OrderEventPayment(tender.needed("type"), _minor(tender, "amount_money"))


def _fulfilment(order: Part) -> Part:
    fulfilments = order.parts("fulfillments")
    return fulfilments[0] if fulfilments else Part({})


def _details(fulfilment: Part) -> Part:
    kinds = ("pickup_details", "delivery_details", "shipment_details")
    return next((fulfilment.part(kind) for kind in kinds if fulfilment.part(kind)), Part({}))


def _person(order: Part, payment: Part, house: House) -> Person:
    recipient = _details(_fulfilment(order)).part("recipient")
    address = payment.part("billing_address") or payment.part("shipping_address")
    first, last = house.split(recipient.text("display_name"))
    return house.person(
        phone=recipient.text("phone_number"),
        email=recipient.text("email_address") or payment.text("buyer_email_address"),
        first_name=first or address.text("first_name"),
        last_name=last or address.text("last_name"),
    )


def _minor(part: Part, name: str) -> int:
    """Amounts are in the smallest unit already."""
    return part.part(name).whole("amount") or 0
