"""The seam that upper apps plug into orders: what comes off one, and what follows when one is recorded,
voided, refunded or moved.

`settings.ORDER_EXTENSIONS` names the classes; they are called in that order, inside the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from django.conf import settings
from django.utils.module_loading import import_string

from backoffice.core.text.formats import Formats
from backoffice.staff.models import Location
from customers.models import Customer
from customers.models.customer import email_key
from orders.choices import DiscountKind
from orders.models import Order, OrderRefund


@dataclass(frozen=True)
class DraftLine:
    product_id: int
    quantity: int
    unit_price_cents: int


_PREFIXES = {"phone": "phone", "email": "mail"}  # as uses of coupons are stored


@dataclass(frozen=True)
class OrderDraft:
    """What is known of an order before it is stored. `placed_at` is aware, `phone` E.164 or empty;
    `discount_cents` is what has been taken off already. Without `customer` it is somebody without account."""

    lines: tuple[DraftLine, ...]
    service_type: str
    location: Location
    placed_at: datetime
    delivery_fee_cents: int = 0
    discount_cents: int = 0
    customer: Customer | None = None
    phone: str = ""
    email: str = ""

    @property
    def lines_cents(self) -> int:
        return sum(line.quantity * line.unit_price_cents for line in self.lines)

    @property
    def bill_cents(self) -> int:
        """What is to pay so far."""
        return max(0, self.lines_cents + self.delivery_fee_cents - self.discount_cents)

    @cached_property
    def contact_keys(self) -> list[str]:
        """Every way in which the one who orders can be known, sorted. One query for a known customer."""
        pairs = {("phone", self.phone), ("email", email_key(self.email))}
        keys = set()
        if self.customer is not None:
            points = self.customer.contact_points.filter(is_shared=False)
            pairs |= set(points.values_list("kind", "key"))
            keys.add(f"customer:{self.customer.pk}")
        return sorted(keys | {f"{_PREFIXES[kind]}:{key}" for kind, key in pairs if key})


@dataclass(frozen=True)
class Wish:
    """What a customer wants to use on an order: the code of a coupon, a number of points."""

    coupon: str = ""
    points: int = 0


@dataclass(frozen=True)
class Deduction:
    """Cents that come off the bill, and what the receipt calls them."""

    kind: DiscountKind
    label: str
    amount_cents: int


class WishRefused(Exception):
    """The order does not get what was wished; the text says why. `kind` is what was refused."""

    def __init__(self, kind: DiscountKind, text: str):
        super().__init__(text)
        self.kind = kind


class OrderExtension:
    """The methods may change `.stats` and `module_bits` of the given customers; the caller stores them.

    `customers` are locked and found by id.
    """

    def receipts_added(self, organisation, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        """These orders of known customers count from now on."""

    def receipts_removed(self, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        """These receipts of known customers go as if they had never come: the file that brought them is
        taken back. Nothing may refer to them any more."""

    def customers_of(self, order: Order) -> set[int]:
        """Ids of customers, besides the order's own, whose figures a void or a move of it may change."""
        return set()

    def receipt_refunded(self, order: Order, refund: OrderRefund, customer: Customer) -> None:
        """A part of this receipt of a known customer was taken back; `refunded_cents` has it already."""

    def order_voided(self, order: Order, customers: dict[int, Customer], *, was_receipt: bool, actor) -> None:
        """This order counts no longer. `customers` are its own, if any, and those of `customers_of`; an
        order that was still open has earned nothing yet, but may have used something."""

    def order_moved(self, order: Order, giver: Customer | None, taker: Customer | None, *, actor) -> None:
        """The order, a receipt or still open, was `giver`'s and is `taker`'s from now on; None is nobody."""

    def deductions(
        self, draft: OrderDraft, wish: Wish, *, order: Order | None = None, actor=None
    ) -> list[Deduction]:
        """What comes off a draft. With its stored `order`, in the order's own transaction, it is used up.

        Raises WishRefused; nothing is used up then.
        """
        return []

    def customer_of(self, organisation, text: str) -> Customer | None:
        """Whose card or phone this is, None for nobody's. Raises ValidationError for one not to be used."""
        return None

    def most_points(self, customer: Customer, bill_cents: int) -> tuple[int, int]:
        """How many points this customer can use on a bill at most, and the cents they are worth."""
        return 0, 0

    def facts(self, order: Order, formats: Formats) -> list[tuple[str, str]]:
        """What the page of the order says of it besides: (label, text)."""
        return []


@cache
def order_extensions() -> tuple[OrderExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.ORDER_EXTENSIONS)
