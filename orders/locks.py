"""An order that is about to change, with the customers it concerns; in this order everywhere (TRUST I10)."""

from collections.abc import Iterable

from customers.locks import lock_standing
from customers.models import Customer
from orders.extensions import order_extensions
from orders.models import Order


class WrongStatus(Exception):
    """The order's status does not allow this step."""


class OrderChanged(WrongStatus):
    """Somebody gave the order to another customer in the same moment; nothing was written."""


def lock_order(order: Order, also: Iterable[int] = ()) -> tuple[dict[int, Customer], Order]:
    """Lock its customer, those of the extensions and `also`; then the order. All as they are now.

    Who was merged meanwhile is the survivor. Raises OrderChanged when it turns out to be another customer's.
    """
    ids = {order.customer_id, *also} - {None}
    for extension in order_extensions():
        ids |= extension.customers_of(order)
    standing = lock_standing(order.organisation, ids) if ids else {}
    customers = {customer.pk: customer for customer in standing.values()}
    locked = Order.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=order.pk)
    if locked.customer_id is not None and locked.customer_id not in customers:
        raise OrderChanged
    for customer in customers.values():
        customer.organisation = locked.organisation
    return customers, locked
