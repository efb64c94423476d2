"""Deliverect: orders of delivery platforms, as it hands them to a till.

Source: the developer documentation of POS orders and their cancellation. `channelOrderId` is unique for 48
hours only, so the day of the pickup is a part of the order's number here. A cancellation is the whole order
again with another status. Nothing ever says that an order was handed over: it counts from its arrival.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine, OrderEventPayment
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import House, OrderNews, Person
from orders.sources.formats.payload import Part
from orders.sources.formats.signing import is_hex_of

HEADERS = ("x-server-authorization-hmac-sha256",)
SOURCE = Source.DELIVERY_PLATFORM
TOPICS = frozenset({"order", "cancellation"})
SIGNS = True
API_URL = None
_CALLED_OFF = (100, 110, 120, 121)
_SERVICE_TYPES = {1: ServiceType.PICKUP, 3: ServiceType.DINE_IN, 4: ServiceType.PICKUP}
_PAYMENTS = {
    0: "Credit card online",
    1: "Cash",
    2: "On delivery",
    3: "Online",
    4: "Credit card at door",
    5: "PIN at door",
    6: "Voucher at door",
    7: "Meal voucher",
    8: "Bank contact",
    9: "Other",
}


def is_signed(message: Message, secret: str) -> bool:
    return is_hex_of(message.header("x-server-authorization-hmac-sha256"), secret, message.body)


def is_ping(message: Message) -> bool:
    return False


def identify(message: Message) -> tuple[str, str]:
    """A cancellation bears the same `_id`: its status makes it another event."""
    payload = message.read()
    if "channelOrderId" not in payload:
        return message.digest, "notification"
    status = payload.whole("status") or 0
    topic = "cancellation" if status in _CALLED_OFF else "order"
    return f"{payload.needed('_id')} {status} {payload.text('_updated')}", topic


def path_of(topic: str, payload: Part) -> str:
    return ""


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    is_off = topic == "cancellation"
    event = _event(payload, house, OrderStatus.VOIDED if is_off else OrderStatus.COMPLETED)
    yield OrderNews(
        event.external_id,
        payload.moment("_updated") or payload.needed_moment("_created"),
        event=event,
        status=event.status,
        reason=house.names["cancelled"] if is_off else "",
        person=_person(payload, house),
    )


def _event(order: Part, house: House, status: str) -> OrderEvent:
    tip_cents = _minor(order, "tip", house) + _minor(order, "driverTip", house)
    lines = [*_lines(order, house), *house.fees(_fees(order, house))]
    worth = sum(line.quantity * line.unit_price_cents for line in lines)
    discount_cents = min(abs(_minor(order, "discountTotal", house)), worth)
    person = _person(order, house)
    return house.order(
        person,
        external_id=_number(order, house),
        placed_at=order.needed_moment("_created"),
        lines=tuple(lines),
        service_type=_service_type(order),
        status=status,
        tip_cents=tip_cents,
        discount_cents=discount_cents,
        promised_at=order.moment("deliveryTime") or order.moment("pickupTime"),
        payments=tuple(_payments(order, house)),
    )


def _number(order: Part, house: House) -> str:
    day = _picked_up_at(order).astimezone(house.zone)
    return house.number(f"{order.needed('channelOrderId')}/{day:%Y%m%d}")


def _picked_up_at(order: Part) -> datetime:
    moment = order.moment("pickupTime") or order.moment("deliveryTime") or order.needed_moment("_created")
    return moment.astimezone(UTC)


def _lines(order: Part, house: House) -> Iterator[OrderEventLine]:
    """What is chosen with an item is a part of its price, and named beside it."""
    for item in order.parts("items"):
        quantity = item.number("quantity") or 1
        chosen = [*_chosen(item)]
        each = _minor(item, "price", house) + sum(
            _minor(sub, "price", house) * count for sub, count in chosen
        )
        names = [sub.text("name") for sub, _ in chosen] + [item.text("remark")]
        note = house.short(", ".join(filter(None, names)))
        yield house.line(item.text("name"), quantity, int(each * quantity), note=note)


def _chosen(item: Part, times: int = 1) -> Iterator[tuple[Part, int]]:
    for sub in item.parts("subItems"):
        count = times * (sub.whole("quantity") or 1)
        yield sub, count
        yield from _chosen(sub, count)


def _fees(order: Part, house: House) -> Iterator[tuple[str, int]]:
    yield house.names["delivery"], _minor(order, "deliveryCost", house)
    yield house.names["service"], _minor(order, "serviceCharge", house)
    yield house.names["packaging"], _minor(order, "bagFee", house)


def _payments(order: Part, house: House) -> Iterator[OrderEventPayment]:
    payment = order.part("payment")
    if cents := _minor(payment, "amount", house):
        yield OrderEventPayment(_PAYMENTS.get(payment.whole("type"), "Other"), cents)


def _service_type(order: Part) -> str:
    kind = order.whole("orderType")
    if kind != 2:
        return _SERVICE_TYPES.get(kind, ServiceType.PICKUP)
    by = order.part("courier").text("deliveryBy")
    return ServiceType.DELIVERY if by == "restaurant" else ServiceType.PARTNER_DELIVERY


def _person(order: Part, house: House) -> Person:
    customer = order.part("customer")
    first, last = house.split(customer.text("name"))
    return house.person(
        phone=customer.text("phoneNumber"), email=customer.text("email"), first_name=first, last_name=last
    )


def _minor(part: Part, name: str, house: House) -> int:
    """Whole numbers in the decimals that the order names; those of the house otherwise."""
    value = part.number(name)
    return 0 if value is None else int(value)
