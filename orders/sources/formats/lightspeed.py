"""Lightspeed Restaurant K-Series: receipts as its Financial API tells them, one or many a message.

Source: the developer documentation of sales, and of webhooks, which bring a user name and a password. A void
is a new receipt with the signs turned round, which names the first as `source.previousAccountId`.
"""

from collections.abc import Iterator

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEventLine, OrderEventPayment
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import House, OrderNews, Person
from orders.sources.formats.payload import Part
from orders.sources.formats.signing import has_password

HEADERS = ()  # its only one is the password
SOURCE = Source.STORE
TOPICS = frozenset({"sale"})
SIGNS = True
API_URL = None


def is_signed(message: Message, secret: str) -> bool:
    return has_password(message.header("authorization"), secret)


def is_ping(message: Message) -> bool:
    return False


def identify(message: Message) -> tuple[str, str]:
    """It numbers receipts, not messages; notes that a payment or an order succeeded are no receipts."""
    payload = message.read()
    return message.digest, "sale" if _sales(payload) else payload.text("type") or "notification"


def path_of(topic: str, payload: Part) -> str:
    return ""


def _sales(payload: Part) -> list[Part]:
    return payload.parts("sales") or ([payload] if payload.text("accountFiscId") else [])


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    for sale in _sales(payload):
        lines = list(_lines(sale, house))
        total_cents = sum(cents for _, cents in lines)
        if total_cents < 0:
            yield _taken_back(sale, -total_cents, house)
        elif total_cents > 0 and not sale.flag("cancelled"):
            yield _receipt(sale, lines, total_cents, house)


def _taken_back(sale: Part, cents: int, house: House) -> OrderNews:
    first = sale.part("source")
    number = first.text("previousAccountId") or first.needed("initialAccountId")
    reason = sale.text("voidReason") or house.names["cancelled"]
    return OrderNews(
        house.number(number),
        _closed_at(sale, house),
        taken_back=house.refund(sale.needed("accountFiscId"), cents, reason),
    )


def _receipt(
    sale: Part, lines: list[tuple[OrderEventLine, int]], total_cents: int, house: House
) -> OrderNews:
    person = _person(sale, house)
    sold, discount_cents = house.settle([line for line, cents in lines if cents >= 0], total_cents)
    event = house.order(
        person,
        external_id=house.number(sale.needed("accountFiscId")),
        placed_at=_closed_at(sale, house),
        lines=sold,
        service_type=ServiceType.PICKUP if sale.text("dineIn") == "False" else ServiceType.DINE_IN,
        tip_cents=max(0, sum(one.cents("tip", house.decimals) for one in sale.parts("payments"))),
        discount_cents=discount_cents,
        payments=tuple(_payments(sale, house)),
    )
    return OrderNews(
        event.external_id, _closed_at(sale, house), event=event, status=OrderStatus.COMPLETED, person=person
    )


def _lines(sale: Part, house: House) -> Iterator[tuple[OrderEventLine, int]]:
    """Each with what it is worth, below zero when it is taken back."""
    for line in sale.parts("salesLines"):
        cents = line.cents("totalNetAmountWithTax", house.decimals)
        name = line.text("nameOverride") or line.text("name")
        quantity = line.number("quantity")
        group = line.part("accountingGroup").text("name")
        category = house.short(line.text("statisticGroup") or group, 60)
        shown = None if quantity is None else abs(quantity)
        rate = line.number("taxRatePercentage")
        yield house.line(name, shown or None, abs(cents), rate, category=category), cents


def _payments(sale: Part, house: House) -> Iterator[OrderEventPayment]:
    for payment in sale.parts("payments"):
        cents = payment.cents("netAmountWithTax", house.decimals) + payment.cents("tip", house.decimals)
        yield OrderEventPayment(house.short(payment.text("description") or payment.needed("code"), 60), cents)


def _person(sale: Part, house: House) -> Person:
    known = [payment.part("consumer") for payment in sale.parts("payments") if payment.part("consumer")]
    consumer = known[0] if known else Part({})
    return house.person(
        phone=consumer.text("phoneNumber1") or consumer.text("phoneNumber2"),
        email=consumer.text("email"),
        first_name=consumer.text("firstName"),
        last_name=consumer.text("lastName"),
    )


def _closed_at(sale: Part, house: House):
    """Versions of the API spell it differently."""
    return (
        sale.moment("timeClosed")
        or sale.moment("timeOfCloseAndPaid")
        or sale.needed_moment("timeofCloseAndPaid", house.zone)
    )
