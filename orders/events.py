"""The one shape in which any source hands over an order: tills, shops, files, people."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.money import MAX_CENTS
from backoffice.core.text.phones import is_e164
from backoffice.core.text.text import has_control_characters
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType

MAX_LINES = 500
MAX_QUANTITY = 100_000
MAX_NOTE = 120
MAX_REASON = 200
AHEAD = timedelta(days=1)  # clocks of tills go wrong
_SERVICE_TYPES = frozenset(ServiceType.values)
_SOURCES = frozenset(Source.values)
_STATUSES = frozenset(OrderStatus.values)
_LENGTHS = {"external_id": 80, "first_name": 80, "last_name": 80, "email": 254}


@dataclass(frozen=True, slots=True)
class OrderEventLine:
    """One position. Prices are cents, rates per cent; None is unknown. `second_tax_pct` per cent of the gross
    amount bear the second rate, the rest `tax_rate`."""

    name: str
    quantity: int
    unit_price_cents: int
    unit_cost_cents: int | None = None
    tax_rate: Decimal | None = None
    category: str = ""
    second_tax_rate: Decimal | None = None
    second_tax_pct: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderEventPayment:
    """A payment that the source took, in its own word for the method. A tip is part of the amount."""

    method: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order as its source tells it; `external_id` is the source's own number for it.

    Moments are aware. `phone` is E.164 or empty. `discount_cents` comes off the sum of the lines;
    tips are apart. `customer_id` says whose it is where that is known; phone and e-mail find it otherwise.
    """

    external_id: str
    placed_at: datetime
    location: Location
    lines: tuple[OrderEventLine, ...]
    source: str = Source.IMPORT
    service_type: str = ServiceType.DINE_IN
    status: str = OrderStatus.COMPLETED
    phone: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    tip_cents: int = 0
    discount_cents: int = 0
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    payments: tuple[OrderEventPayment, ...] = ()
    customer_id: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same order when it is sent again."""
        return self.source, self.external_id

    @property
    def total_cents(self) -> int:
        """What the customer pays without tip, tax included."""
        return sum(line.quantity * line.unit_price_cents for line in self.lines) - self.discount_cents

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all it says, the same whatever time zone its moments are written in."""
        moments = (self.placed_at, self.promised_at, self.delivered_at)
        said = (
            *(moment and moment.astimezone(UTC).isoformat() for moment in moments),
            *(self.external_id, str(self.source), str(self.service_type), str(self.status)),
            *(self.location.pk, self.phone, self.email, self.first_name, self.last_name),
            *(self.tip_cents, self.discount_cents),
            *(_said(line) for line in self.lines),
        )
        # what came later is said only where there is some: stored fingerprints stay true
        said += tuple((payment.method, payment.amount_cents) for payment in self.payments)
        if self.customer_id is not None:
            said += (f"customer {self.customer_id}",)
        return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OrderEventRefund:
    """A part of a receipt that the source paid back; under its number (`external_id`) it counts once."""

    external_id: str
    amount_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """What a source tells later of an order that it sent. `updated_at` is the source's own time of it.

    Moments are aware; None, of the status too, leaves things as they are. `reason` is why it is voided.
    """

    source: str
    external_id: str
    updated_at: datetime
    status: str | None = None
    reason: str = ""
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    refunds: tuple[OrderEventRefund, ...] = ()


def _said(line: OrderEventLine) -> tuple:
    tax = None if line.tax_rate is None else f"{line.tax_rate:.2f}"
    said = (line.name, line.quantity, line.unit_price_cents, line.unit_cost_cents, tax, line.category)
    if line.second_tax_rate is None and not line.note:
        return said
    return *said, str(line.second_tax_rate), line.second_tax_pct, line.note


def check_event(event: OrderEvent) -> None:
    """Refuse what no order can be, before either database sees it.

    Raises ValidationError with a sentence; its `code` is the field it speaks of.
    """
    _check_codes(event)
    _check_texts(event)
    if not event.lines:
        raise ValidationError(_("An order has at least one line."), code="lines")
    if len(event.lines) > MAX_LINES:
        raise ValidationError(_("An order has at most %(count)d lines."), "lines", {"count": MAX_LINES})
    for line in event.lines:
        _check_line(line)
    for payment in event.payments:
        check_text(payment.method, 60, "payment")
        if not -MAX_CENTS <= payment.amount_cents <= MAX_CENTS:
            raise ValidationError(_("This amount is too large."), code="payment")
    if not 0 <= event.tip_cents <= MAX_CENTS:
        raise ValidationError(_("A tip is not negative."), code="tip")
    if not 0 <= event.discount_cents <= MAX_CENTS:
        raise ValidationError(_("A discount is not negative."), code="discount")
    if event.total_cents < 0:
        raise ValidationError(_("The discount is larger than the order."), code="discount")
    if event.total_cents > MAX_CENTS:
        raise ValidationError(_("This amount is too large."), code="unit_price")


def check_update(update: OrderUpdate) -> None:
    """Refuse what no update can be, as `check_event` does. One from the future would shut out all others."""
    if update.status is not None and update.status not in _STATUSES:
        raise ValidationError(_("This status is not known."), code="status")
    _check_moments(update, ("updated_at", "promised_at", "delivered_at"))
    if update.updated_at > timezone.now() + AHEAD:
        raise ValidationError(_("This lies in the future."), code="updated_at")
    check_text(update.reason, MAX_REASON, "reason")
    if update.status == OrderStatus.VOIDED and not update.reason:
        raise ValidationError(_("Say why it is voided."), code="reason")
    for refund in update.refunds:
        check_text(refund.external_id, _LENGTHS["external_id"], "refunds")
        check_text(refund.reason, MAX_REASON, "refunds")
        if not (refund.external_id and refund.reason and 0 < refund.amount_cents <= MAX_CENTS):
            raise ValidationError(_("A refund has a number, an amount and a reason."), code="refunds")


def _check_moments(said: OrderEvent | OrderUpdate, names: tuple[str, ...]) -> None:
    for name in names:
        moment = getattr(said, name)
        if moment is not None and moment.tzinfo is None:
            raise ValidationError(_("This moment has no time zone."), code=name)


def _check_codes(event: OrderEvent) -> None:
    if event.source not in _SOURCES:
        raise ValidationError(_("This source is not known."), code="source")
    if event.service_type not in _SERVICE_TYPES:
        raise ValidationError(_("This service type is not known."), code="service_type")
    if event.status not in _STATUSES:
        raise ValidationError(_("This status is not known."), code="status")
    _check_moments(event, ("placed_at", "promised_at", "delivered_at"))


def _check_texts(event: OrderEvent) -> None:
    if not event.external_id:
        raise ValidationError(_("The order has no number."), code="external_id")
    for name, length in _LENGTHS.items():
        check_text(getattr(event, name), length, name)
    if event.phone and not is_e164(event.phone):
        raise ValidationError(_("This is not a valid phone number."), code="phone")


def _check_line(line: OrderEventLine) -> None:
    if not line.name:
        raise ValidationError(_("An order line has no item."), code="item")
    check_text(line.name, 120, "item")
    check_text(line.category, 60, "category")
    check_text(line.note, MAX_NOTE, "note")
    if line.second_tax_rate is not None and not (line.tax_rate is not None and 0 < line.second_tax_pct < 100):
        raise ValidationError(_("A second tax rate needs a first one and a share."), code="tax_rate")
    if not 1 <= line.quantity <= MAX_QUANTITY:
        raise ValidationError(_("A quantity is a whole number from 1 on."), code="quantity")
    if not 0 <= line.unit_price_cents <= MAX_CENTS:
        raise ValidationError(_("A price is not negative."), code="unit_price")


def check_text(value: str, length: int, name: str) -> None:
    """Refuse text that is longer than its column, or holds characters that nobody can type."""
    if len(value) > length:
        raise ValidationError(_("This text is longer than %(count)d characters."), name, {"count": length})
    if has_control_characters(value):
        raise ValidationError(_("This text holds control characters."), code=name)
