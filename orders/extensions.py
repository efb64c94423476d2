"""The seam that upper apps plug into orders: what follows when one is recorded or voided.

`settings.ORDER_EXTENSIONS` names the classes; they are called in that order, inside the transaction.
"""

from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from customers.models import Customer
from orders.models import Order


class OrderExtension:
    """The methods may change `.stats` and `module_bits` of the given customers; the caller stores them.

    `customers` are locked and found by id.
    """

    def receipts_added(self, organisation, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        """These orders of known customers count from now on."""

    def receipts_removed(self, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        """These receipts of known customers go as if they had never come: the file that brought them is
        taken back. Nothing may refer to them any more."""

    def receipt_voided(self, order: Order, customer: Customer) -> None:
        """This receipt of a known customer counts no longer."""


@cache
def order_extensions() -> tuple[OrderExtension, ...]:
    """The extensions of this process, in the order of the setting."""
    return tuple(import_string(path)() for path in settings.ORDER_EXTENSIONS)
