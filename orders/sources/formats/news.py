"""What messages of every vendor come to: news of orders and of customers, in one shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from backoffice.core.text.money import decimals_of
from backoffice.core.text.names import split_name
from backoffice.core.text.phones import normalise_phone
from backoffice.staff.models import Location
from orders.events import MAX_REASON, OrderEvent, OrderEventLine, OrderEventRefund

_NAME, _PERSON = 120, 80


@dataclass(frozen=True, slots=True)
class ConsentNews:
    """A decision about marketing as the source tells it: `granted` or not, when, and where it was made."""

    granted: bool
    decided_at: datetime
    origin: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who ordered. `phone` is E.164 or empty; what could not be read is left out, and said in the hints."""

    phone: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    consent: ConsentNews | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.phone or self.email)


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What a message says of one order at the source's own time `told_at`.

    `event` is the whole order; None where the message only tells of one that came before. `status`,
    `reason` and refunds say how it stands now. `taken_back` is a receipt with the signs turned round:
    it voids the order when it is worth all of it, else it pays a part of it back.
    """

    external_id: str
    told_at: datetime
    event: OrderEvent | None = None
    status: str | None = None
    reason: str = ""
    refunds: tuple[OrderEventRefund, ...] = ()
    taken_back: OrderEventRefund | None = None
    person: Person = Person()


@dataclass(frozen=True, slots=True)
class CustomerNews:
    """A customer who was added or changed at the source."""

    person: Person
    told_at: datetime


@dataclass
class House:
    """Where the messages of a source are read: its place, its money, and what it was warned of.

    `prefix` stands before the numbers of its orders where another source of the house counts them too.
    `names` are the words of the house for what vendors charge without naming it.
    """

    location: Location
    source: str
    currency: str
    now: datetime
    prefix: str = ""
    names: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return self.location.tz

    @property
    def decimals(self) -> int:
        return decimals_of(self.currency)

    def number(self, text: str) -> str:
        return f"{self.prefix}{text}"

    def person(
        self, *, phone: str = "", email: str = "", first_name: str = "", last_name: str = "", consent=None
    ) -> Person:
        """What cannot be a phone or an e-mail costs an order its customer, never the order."""
        return Person(
            phone=self._phone(phone),
            email=self._email(email),
            first_name=self.short(first_name, _PERSON),
            last_name=self.short(last_name, _PERSON),
            consent=consent,
        )

    def _phone(self, text: str) -> str:
        try:
            return normalise_phone(text, self.location.country) if text else ""
        except ValidationError:
            self.hints.append("phone")
            return ""

    def _email(self, text: str) -> str:
        try:
            if text:
                validate_email(text)
        except ValidationError:
            self.hints.append("email")
            return ""
        return text

    def order(self, person: Person, **said) -> OrderEvent:
        """An order of this house by a person; `said` are the other fields of OrderEvent."""
        known = {name: getattr(person, name) for name in ("phone", "email", "first_name", "last_name")}
        return OrderEvent(**{"location": self.location, "source": self.source} | known | said)

    def split(self, name: str) -> tuple[str, str]:
        return split_name(name)

    def short(self, text: str, length: int = _NAME) -> str:
        if len(text) <= length:
            return text
        self.hints.append("shortened")
        return f"{text[: length - 1]}…"

    def line(
        self, name: str, quantity: Decimal | None, cents: int, rate: Decimal | None = None, **more
    ) -> OrderEventLine:
        """A position worth `cents` in all, tax included. What has no whole quantity, or a price that does
        not divide, is one position that says how much of it.
        """
        count = 1 if quantity is None else quantity
        is_whole = count == int(count) and count >= 1 and cents % int(count) == 0
        return OrderEventLine(
            self.short(name) or self.names["item"],
            int(count) if is_whole else 1,
            cents // int(count) if is_whole else cents,
            tax_rate=rate if rate is None else rate.quantize(Decimal("0.01")),
            note=more.pop("note", "") or ("" if is_whole else f"{count.normalize():f} ×"),
            **more,
        )

    def settle(self, lines: list[OrderEventLine], total_cents: int) -> tuple[tuple[OrderEventLine, ...], int]:
        """The positions and the discount that make them what the vendor says the order is worth."""
        difference = sum(line.quantity * line.unit_price_cents for line in lines) - total_cents
        if difference < 0:
            lines = [*lines, self.line(self.names["rounding"], None, -difference)]
        return tuple(lines), max(difference, 0)

    def refund(self, number: str, cents: int, reason: str) -> OrderEventRefund:
        return OrderEventRefund(number, cents, self.short(reason, MAX_REASON))

    def fees(self, fees: Iterable[tuple[str, int]], rate: Decimal | None = None) -> list[OrderEventLine]:
        """What is charged beside the positions: delivery, service, packaging, by name and cents."""
        return [self.line(name, None, cents, rate) for name, cents in fees if cents > 0]
