"""One order of a file → OrderEvent (PRODUCT §4): one line per order line, lines share a number.

A value that belongs to the whole order stands on one of its lines, or the same on several. An
order with a bad line is refused whole. Lines of one order need not stand together.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.exports import unguard
from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import Row
from backoffice.core.text.moments import parse_moment
from backoffice.core.text.money import parse_cents
from backoffice.core.text.names import split_name
from backoffice.core.text.numbers import parse_number, parse_whole
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import clean, fold_case
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import MAX_QUANTITY, OrderEvent, OrderEventLine, check_event
from orders.importing.fields import OF_ORDER
from orders.importing.mapping import OrderMapping
from orders.importing.words import code_reader

_AHEAD = timedelta(days=1)
_THREE_DIGITS = re.compile(r"[.,]\d{3}\Z")
# What `check_event` calls otherwise than a file.
_FIELD_OF_CODE = {
    "external_id": "order_id",
    "phone": "customer_phone",
    "email": "customer_email",
    "first_name": "customer_name",
    "last_name": "customer_name",
}


@dataclass(frozen=True)
class ReadOrder:
    """An order of the file; `hints` are contacts that could not be read, without which it comes in."""

    event: OrderEvent
    hints: list[Fault]


class OrderReader:
    """Turns the lines of one order into an OrderEvent, in the terms of one organisation.

    Without `service_type` it is dine-in, without `status` completed; `mapping` says the source and
    the location of orders without one. Times without a zone are the location's.
    """

    def __init__(self, organisation, mapping: OrderMapping):
        self.organisation, self.mapping = organisation, mapping
        self._source = code_reader(Source, mapping.source)

    @cached_property
    def _locations(self) -> list[Location]:
        return list(self.organisation.locations.order_by("pk"))

    @cached_property
    def _by_name(self) -> dict[str, Location]:
        return {fold_case(location.name): location for location in self._locations}

    def read(self, rows: list[Row]) -> ReadOrder:
        """Raises RowRefused with the first thing that is wrong."""
        for row in rows:
            if row.problem:
                raise RowRefused(Fault(row.line, "", "", row.problem))
        order = _OrderCells(rows, self.mapping.headers)
        location = order.read("location", self._location)
        contact, hints = _contact(order, location)
        event = OrderEvent(
            external_id=order.read("order_id", str),
            location=location,
            lines=tuple(line for row in rows for line in self._lines(row)),
            **self._moments(order, location),
            source=order.read("source", self._source),
            service_type=order.read("service_type", _read_service_type),
            status=order.read("status", _read_status),
            **contact,
            tip_cents=order.read("tip", self._amount),
            discount_cents=order.read("discount", self._amount),
        )
        try:
            check_event(event)
        except ValidationError as error:
            raise RowRefused(order.refusal(_FIELD_OF_CODE.get(error.code, error.code), error)) from None
        return ReadOrder(event, hints)

    def _location(self, name: str) -> Location:
        if not self._locations:
            raise ValidationError(_("The organisation has no location yet."))
        if not name:
            chosen = [one for one in self._locations if one.pk == self.mapping.location_id]
            return [*chosen, self._locations[0]][0]
        try:
            return self._by_name[fold_case(name)]
        except KeyError:
            known = ", ".join(location.name for location in self._locations)
            raise ValidationError(
                _("There is no such location. Known: %(names)s."), params={"names": known}
            ) from None

    def _moments(self, order: "_OrderCells", location: Location) -> dict[str, datetime | None]:
        zone, time = location.tz, order.read("placed_time", str)

        def read(name: str, text: str) -> datetime:
            return parse_moment(text, zone, self.mapping.day_orders.get(order.headers.get(name), ""))

        def placed(text: str) -> datetime:
            if not text:
                raise ValidationError(_("Say when the order was placed, for example 2026-11-21T18:30."))
            moment = read("placed_at", f"{text} {time}" if time else text)
            if moment > timezone.now() + _AHEAD:
                raise ValidationError(_("This lies in the future."))
            return moment

        return {"placed_at": order.read("placed_at", placed)} | {
            name: order.read(name, lambda text, name=name: read(name, text) if text else None)
            for name in ("promised_at", "delivered_at")
        }

    def _lines(self, row: Row) -> list[OrderEventLine]:
        """The line, or two when its total is no multiple of its quantity: 3 for 10.00 are 2 × 3.33, 3.34."""
        cells = _OrderCells([row], self.mapping.headers)
        name, quantity = cells.read("item", _item), cells.read("quantity", _quantity)
        line = partial(OrderEventLine, name, **_sort_of(cells))
        if "unit_price" in cells.headers:
            return [line(quantity=quantity, unit_price_cents=cells.read("unit_price", self._price))]
        each, rest = divmod(cells.read("line_total", self._price), quantity)
        if not rest:
            return [line(quantity=quantity, unit_price_cents=each)]
        return [
            line(quantity=quantity - rest, unit_price_cents=each),
            line(quantity=rest, unit_price_cents=each + 1),
        ]

    def _price(self, text: str) -> int:
        if not text:
            raise ValidationError(_("The line has no price."))
        return self._amount(text)

    def _amount(self, text: str) -> int:
        cents = parse_cents(text, self.organisation.currency) if text else 0
        if cents < 0:
            raise ValidationError(_("An amount here is not negative."))
        return cents


class _OrderCells:
    """The cells of an order's lines, seen as one row; `headers` are those of the file by field."""

    def __init__(self, rows: list[Row], headers: dict[str, str]):
        self._rows, self.headers = rows, headers

    def read(self, field: str, convert):
        """The order's value of a field, converted; empty when no line has one."""
        row, value = self._find(field)
        try:
            return convert(value)
        except ValidationError as error:
            raise RowRefused(self._fault(row, field, value, error)) from None

    def refusal(self, field: str, error: ValidationError) -> Fault:
        row, value = self._find(field)
        return self._fault(row, field, value, error)

    def _fault(self, row: Row, field: str, value: str, error: ValidationError) -> Fault:
        reason = " ".join(str(message) for message in error.messages)
        return Fault(row.line, self.headers.get(field, ""), value, reason)

    def _find(self, field: str) -> tuple[Row, str]:
        found, header = None, self.headers.get(field)
        for row in self._rows if header else ():
            value = clean(unguard(row.cells.get(header, "")))
            if not value:
                continue
            if found and field in OF_ORDER and value != found[1]:
                reason = _("Lines of one order differ here: “%(first)s” on line %(line)d.") % {
                    "first": found[1],
                    "line": found[0].line,
                }
                raise RowRefused(Fault(row.line, header, value, str(reason)))
            found = found or (row, value)
        return found or (self._rows[0], "")


def _contact(order: _OrderCells, location: Location) -> tuple[dict[str, str], list[Fault]]:
    """Who ordered. A phone or e-mail that cannot be read costs the order its customer, not the order."""

    def phone(text: str) -> str:
        return normalise_phone(text, location.country) if text else ""

    def email(text: str) -> str:
        if text:
            validate_email(text)
        return text

    first_name, last_name = order.read("customer_name", split_name)
    contact = {
        "first_name": order.read("customer_first_name", str) or first_name,
        "last_name": order.read("customer_last_name", str) or last_name,
    }
    hints = []
    for name, field, convert in (("phone", "customer_phone", phone), ("email", "customer_email", email)):
        text = order.read(field, str)
        try:
            contact[name] = convert(text)
        except ValidationError as error:
            contact[name] = ""
            hints.append(order.refusal(field, error))
    return contact, hints


_read_service_type = code_reader(ServiceType, ServiceType.DINE_IN)
_read_status = code_reader(OrderStatus, OrderStatus.COMPLETED)


def _sort_of(cells: _OrderCells) -> dict:
    """Category and taxes of a line, where the file has them."""
    first, second = cells.read("tax_rate", _rate), cells.read("second_tax_rate", _rate)
    share = cells.read("second_tax_pct", parse_whole)
    taxes = {"tax_rate": first}
    if None not in (first, second, share):
        taxes |= {"second_tax_rate": second, "second_tax_pct": share}
    return {"category": cells.read("category", str)[:60], **taxes}


def _rate(text: str) -> Decimal | None:
    """Per cent, `19`, `10,7` or `7 %`."""
    if not text:
        return None
    rate = parse_number(text.removesuffix("%").strip(), 2)
    if rate is None or not 0 <= rate <= 100:
        raise ValidationError(_("A tax rate is a number from 0 to 100, for example 19."))
    return rate.quantize(Decimal("0.01"))


def _item(text: str) -> str:
    if not text:
        raise ValidationError(_("The line names no item."))
    return text


def _quantity(text: str) -> int:
    # tills that weigh write 1,000 for one piece: that is no thousand, and nobody here can tell
    quantity = None if _THREE_DIGITS.search(text) else parse_whole(text)
    if quantity is None or not 1 <= quantity <= MAX_QUANTITY:
        raise ValidationError(_("A quantity is a whole number from 1 on."))
    return quantity
