"""Orders from CSV (PRODUCT §4): one line per order line, lines of one order share `order_id`.

A value that belongs to the whole order stands on one of its lines, or the same on several. An
order with a bad line is refused whole. Lines of one order need not stand together.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property

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
from backoffice.core.text.numbers import parse_whole
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import clean, fold_case
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import MAX_QUANTITY, OrderEvent, OrderEventLine, check_event

REQUIRED = ("order_id", "placed_at", "item", "quantity", "unit_price")
OF_ORDER = (
    *("placed_at", "source", "location", "service_type", "customer_name", "customer_phone"),
    *("customer_email", "tip", "discount", "promised_at", "delivered_at", "status"),
)
COLUMNS = ("order_id", *OF_ORDER, "item", "quantity", "unit_price")
_AHEAD = timedelta(days=1)
_THREE_DIGITS = re.compile(r"[.,]\d{3}\Z")


def check_headers(headers: Iterable[str]) -> list[str]:
    """Return the columns that will be ignored. Raises ValidationError when a required one is missing."""
    headers = list(headers)
    missing = [name for name in REQUIRED if name not in headers]
    if missing:
        raise ValidationError(
            _("These columns are missing: %(names)s."), code="missing", params={"names": ", ".join(missing)}
        )
    return [name for name in headers if name not in COLUMNS]


class OrderReader:
    """Turns the lines of one order into an OrderEvent, in the terms of one organisation.

    Without `source` it is `import`, without `service_type` dine-in, without `status` completed,
    without `location` the organisation's first. Times without a zone are the location's.
    """

    def __init__(self, organisation):
        self.organisation = organisation

    @cached_property
    def _locations(self) -> list[Location]:
        return list(self.organisation.locations.order_by("pk"))

    @cached_property
    def _by_name(self) -> dict[str, Location]:
        return {fold_case(location.name): location for location in self._locations}

    def read(self, rows: list[Row]) -> OrderEvent:
        """Raises RowRefused with the first thing that is wrong."""
        for row in rows:
            if row.problem:
                raise RowRefused(Fault(row.line, "", "", row.problem))
        order = _OrderCells(rows)
        location = order.read("location", self._location)
        event = OrderEvent(
            external_id=order.read("order_id", str),
            location=location,
            lines=tuple(self._line(row) for row in rows),
            **self._moments(order, location),
            **_codes(order),
            **_customer(order, location),
            tip_cents=order.read("tip", self._amount),
            discount_cents=order.read("discount", self._amount),
        )
        try:
            check_event(event)
        except ValidationError as error:
            column = error.code if error.code in COLUMNS else ""
            raise RowRefused(order.refusal(column, error)) from None
        return event

    def _location(self, name: str) -> Location:
        if not self._locations:
            raise ValidationError(_("The organisation has no location yet."))
        if not name:
            return self._locations[0]
        try:
            return self._by_name[fold_case(name)]
        except KeyError:
            known = ", ".join(location.name for location in self._locations)
            raise ValidationError(
                _("There is no such location. Known: %(names)s."), params={"names": known}
            ) from None

    def _moments(self, order: "_OrderCells", location: Location) -> dict[str, datetime | None]:
        zone = location.tz

        def placed(text: str) -> datetime:
            if not text:
                raise ValidationError(_("Say when the order was placed, for example 2026-11-21T18:30."))
            moment = parse_moment(text, zone)
            if moment > timezone.now() + _AHEAD:
                raise ValidationError(_("This lies in the future."))
            return moment

        def later(text: str) -> datetime | None:
            return parse_moment(text, zone) if text else None

        return {
            "placed_at": order.read("placed_at", placed),
            "promised_at": order.read("promised_at", later),
            "delivered_at": order.read("delivered_at", later),
        }

    def _line(self, row: Row) -> OrderEventLine:
        cells = _OrderCells([row])
        return OrderEventLine(
            name=cells.read("item", _item),
            quantity=cells.read("quantity", _quantity),
            unit_price_cents=cells.read("unit_price", self._price),
        )

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
    """The cells of an order's lines, seen as one row."""

    def __init__(self, rows: list[Row]):
        self._rows = rows

    def read(self, column: str, convert):
        """The order's value of a column, converted; empty when no line has one."""
        row, value = self._find(column)
        try:
            return convert(value)
        except ValidationError as error:
            raise RowRefused(Fault(row.line, column, value, _sentence(error))) from None

    def refusal(self, column: str, error: ValidationError) -> Fault:
        row, value = self._find(column)
        return Fault(row.line, column, value, _sentence(error))

    def _find(self, column: str) -> tuple[Row, str]:
        found = None
        for row in self._rows:
            value = clean(unguard(row.cells.get(column, "")))
            if not value:
                continue
            if found and column in OF_ORDER and value != found[1]:
                reason = _("Lines of one order differ here: “%(first)s” on line %(line)d.") % {
                    "first": found[1],
                    "line": found[0].line,
                }
                raise RowRefused(Fault(row.line, column, value, str(reason)))
            found = found or (row, value)
        return found or (self._rows[0], "")


def _codes(order: _OrderCells) -> dict[str, str]:
    return {
        "source": order.read("source", _code(Source, Source.IMPORT)),
        "service_type": order.read("service_type", _code(ServiceType, ServiceType.DINE_IN)),
        "status": order.read("status", _code(OrderStatus, OrderStatus.COMPLETED)),
    }


def _code(choices, default: str):
    def convert(text: str) -> str:
        if not text:
            return str(default)
        if text.lower() not in choices.values:
            known = ", ".join(choices.values)
            raise ValidationError(_("This must be one of: %(codes)s."), params={"codes": known})
        return text.lower()

    return convert


def _customer(order: _OrderCells, location: Location) -> dict[str, str]:
    def phone(text: str) -> str:
        return normalise_phone(text, location.country) if text else ""

    def email(text: str) -> str:
        if text:
            validate_email(text)
        return text

    first_name, last_name = order.read("customer_name", split_name)
    return {
        "first_name": first_name,
        "last_name": last_name,
        "phone": order.read("customer_phone", phone),
        "email": order.read("customer_email", email),
    }


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


def _sentence(error: ValidationError) -> str:
    return " ".join(str(message) for message in error.messages)
