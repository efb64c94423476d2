"""Giving an order to another customer, or to none: figures and points move with it (PRODUCT S2)."""

from django.db import transaction

from backoffice.audit.services import audit
from customers.figures import FigureChanges, changing_statistics
from customers.models import Customer
from orders.figures import count_moved, modules_of
from orders.locks import WrongStatus, lock_order
from orders.models import Order


@transaction.atomic
def move_order(order: Order, *, customer: Customer | None, actor=None) -> Order:
    """Make it `customer`'s, who belongs to the same organisation; None makes it nobody's.

    Nothing fiscal changes. Raises WrongStatus for a voided one, OrderChanged when somebody moved it in
    the same moment. Moved to whom it belongs already, nothing happens.
    """
    taker_id = customer and customer.pk
    customers, locked = lock_order(order, {taker_id} - {None})
    giver, taker = customers.get(locked.customer_id), customers.get(taker_id)
    if taker_id is not None and taker is None:
        raise ValueError("This customer belongs to another organisation.")
    if locked.customer_id == taker_id:
        return locked
    if locked.status == "voided":
        raise WrongStatus
    Order.objects.filter(pk=locked.pk).update(customer=taker)
    changes = FigureChanges(locked.organisation)
    with changing_statistics(locked.organisation, customers.values(), changes):
        count_moved(locked, giver, taker, actor=actor, changes=changes)
        if taker is not None:
            taker.module_bits |= modules_of(locked.source, locked.service_type)
    changes.write()
    whose = {"from_customer": giver and giver.pk, "to_customer": taker_id}
    audit(action="order.moved", subject=locked, actor=actor, **whose)
    return locked
