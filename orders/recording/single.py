"""Recording one order, and what happens to it later."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from customers.figures import FigureChanges, changing_statistics
from customers.locks import lock_customers
from customers.models import Customer
from orders.choices import OrderStatus
from orders.events import OrderEvent, check_event
from orders.models import Order, OrderVoid
from orders.recording.consequences import count_completed, count_voided
from orders.recording.products import ProductIds
from orders.recording.writing import Answer, write_batch


class OrderConflict(Exception):
    """Another order is stored under this source and number; `order_id` is its id."""

    def __init__(self, event: OrderEvent, order_id: int):
        super().__init__(f"{event.source} {event.external_id}")
        self.event = event
        self.order_id = order_id


class WrongStatus(Exception):
    """The order's status does not allow this step."""


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    order: Order
    created: bool


@transaction.atomic
def record_order(*, organisation, event: OrderEvent, actor=None) -> RecordedOrder:
    """Store an order with all that follows from it: customer, lines, products, statistics, figures, points.

    Sent again, the same order gets the first answer with `created` False; another order under the
    same source and number raises OrderConflict. What no order can be raises ValidationError.
    Logged when a person (`actor`) placed it: of all others the order itself is the record.
    """
    check_event(event)
    batch = write_batch(organisation, [event], ProductIds(organisation))
    outcome = batch.outcomes[0]
    if outcome.answer is Answer.CONFLICT:
        raise OrderConflict(event, outcome.order_id)
    created = outcome.answer is Answer.RECORDED
    order = batch.orders[0] if created else Order.objects.get(pk=outcome.order_id)
    if created and actor is not None:
        audit(action="order.recorded", subject=order, organisation=organisation, actor=actor)
    return RecordedOrder(order, created)


@transaction.atomic
def complete_order(order: Order, *, delivered_at: datetime | None = None, actor=None) -> Order:
    """Turn an open order into a receipt, which counts from now on on the day it was placed.

    Raises WrongStatus when it is not open.
    """
    customer, locked = _lock(order)
    if locked.status != OrderStatus.OPEN:
        raise WrongStatus
    locked.status = OrderStatus.COMPLETED
    locked.delivered_at = delivered_at or locked.delivered_at
    locked.save(update_fields=["status", "delivered_at"])
    changes = FigureChanges(locked.organisation)
    with changing_statistics(locked.organisation, [customer] if customer else [], changes):
        count_completed(locked, customer, changes)
    changes.write()
    audit(action="order.completed", subject=locked, actor=actor)
    return locked


@transaction.atomic
def void_order(order: Order, *, reason: str, actor=None) -> OrderVoid:
    """Take an order back by a counter-entry; it keeps its amounts and counts no longer.

    Points it earned are reversed, as far as the balance reaches. Raises WrongStatus when it is
    voided already.
    """
    customer, locked = _lock(order)
    if locked.status == OrderStatus.VOIDED:
        raise WrongStatus
    was_receipt = locked.counts
    locked.status = OrderStatus.VOIDED
    locked.save(update_fields=["status"])
    entry = OrderVoid.objects.create(order=locked, reason=reason, actor=actor, occurred_at=timezone.now())
    changes = FigureChanges(locked.organisation)
    with changing_statistics(locked.organisation, [customer] if customer else [], changes):
        count_voided(locked, customer, was_receipt=was_receipt, changes=changes)
    changes.write()
    audit(action="order.voided", subject=locked, actor=actor)
    return entry


def _lock(order: Order) -> tuple[Customer | None, Order]:
    """The customer, then the order, as they are now; in this order everywhere (TRUST I10)."""
    customers = lock_customers(order.organisation, [order.customer_id]) if order.customer_id else []
    locked = Order.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=order.pk)
    customer = customers[0] if customers else None
    if customer:
        customer.organisation = locked.organisation
    return customer, locked
