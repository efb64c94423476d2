"""The seam that upper apps plug into orders: what follows when one is recorded, voided, refunded or moved.

`settings.ORDER_EXTENSIONS` names the classes; they are called in that order, inside the transaction.
"""

from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from backoffice.core.text.formats import Formats
from customers.models import Customer
from orders.models import Order, OrderRefund


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

    def facts(self, order: Order, formats: Formats) -> list[tuple[str, str]]:
        """What the page of the order says of it besides: (label, text)."""
        return []


@cache
def order_extensions() -> tuple[OrderExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.ORDER_EXTENSIONS)
