"""ready2order: `invoice.created`, with the invoice as its API tells it.

Source: the API's documentation of invoices. It signs nothing: the address of the source is the secret. A
reversal is an invoice below zero that names the first as `invoice_reference_id`.
"""

from collections.abc import Iterator

from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEventLine, OrderEventPayment
from orders.sources.formats.message import Message, News
from orders.sources.formats.news import House, OrderNews, Person
from orders.sources.formats.payload import Part

HEADERS = ()
SOURCE = Source.STORE
TOPICS = frozenset({"invoice.created"})
SIGNS = False
API_URL = None


def is_signed(message: Message, secret: str) -> bool:
    return True


def is_ping(message: Message) -> bool:
    return False


def identify(message: Message) -> tuple[str, str]:
    payload = message.read()
    invoice = _invoice(payload)
    topic = payload.text("event") or ("invoice.created" if invoice else "notification")
    return f"{topic} {invoice.needed('invoice_id')}" if invoice else message.digest, topic


def path_of(topic: str, payload: Part) -> str:
    return ""


def _invoice(payload: Part) -> Part:
    """By itself, or in an envelope."""
    if "invoice_id" in payload:
        return payload
    return next((payload.part(name) for name in ("invoice", "data") if payload.part(name)), Part({}))


def read(topic: str, payload: Part, house: House, fetched: Part) -> Iterator[News]:
    """Nothing of the training mode."""
    invoice = _invoice(payload)
    if invoice.flag("invoice_testMode"):
        return
    total_cents = invoice.cents("invoice_total", house.decimals)
    if total_cents < 0:
        yield _taken_back(invoice, -total_cents, house)
    else:
        yield _receipt(invoice, total_cents, house)


def _taken_back(invoice: Part, cents: int, house: House) -> OrderNews:
    reason = invoice.text("invoice_deletedReason") or house.names["cancelled"]
    return OrderNews(
        house.number(invoice.needed("invoice_reference_id")),
        _made_at(invoice, house),
        taken_back=house.refund(invoice.needed("invoice_id"), cents, reason),
    )


def _receipt(invoice: Part, total_cents: int, house: House) -> OrderNews:
    lines, discount_cents = house.settle(list(_lines(invoice, house)), total_cents)
    person = _person(invoice, house)
    is_deleted = "invoice_deleted_at" in invoice
    event = house.order(
        person,
        external_id=house.number(invoice.needed("invoice_id")),
        placed_at=_made_at(invoice, house),
        lines=lines,
        service_type=ServiceType.DINE_IN,
        status=OrderStatus.VOIDED if is_deleted else OrderStatus.COMPLETED,
        tip_cents=max(0, invoice.cents("invoice_totalTip", house.decimals)),
        discount_cents=discount_cents,
        payments=tuple(_payments(invoice, house)),
    )
    return OrderNews(
        event.external_id,
        invoice.moment("invoice_deleted_at", house.zone) or event.placed_at,
        event=event,
        status=event.status,
        reason=(invoice.text("invoice_deletedReason") or house.names["cancelled"]) if is_deleted else "",
        person=person,
    )


def _lines(invoice: Part, house: House) -> Iterator[OrderEventLine]:
    for item in invoice.parts("items"):
        cents = item.cents("item_total", house.decimals)
        if cents >= 0:  # what is below zero is a discount: the total of the invoice says how much
            yield house.line(
                item.text("item_name"),
                item.number("item_quantity"),
                cents,
                item.number("item_vatRate"),
                category=house.short(item.text("productgroup_name"), 60),
                note=house.short(item.text("item_comment")),
            )


def _payments(invoice: Part, house: House) -> Iterator[OrderEventPayment]:
    for payment in invoice.parts("payment"):
        cents = payment.cents("billPayment_value", house.decimals)
        yield OrderEventPayment(house.short(payment.needed("billPayment_name"), 60), cents)


def _person(invoice: Part, house: House) -> Person:
    address = invoice.part("address")
    return house.person(
        phone=address.text("phone") or invoice.text("invoice_address_phone"),
        email=address.text("email") or invoice.text("invoice_address_email"),
        first_name=address.text("firstName") or invoice.text("invoice_address_firstName"),
        last_name=address.text("lastName") or invoice.text("invoice_address_lastName"),
    )


def _made_at(invoice: Part, house: House):
    """By the clock on the wall of the restaurant."""
    return invoice.needed_moment("invoice_timestamp", house.zone)
