"""Recording one order, and its end."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backoffice.audit.services import audit
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.figures import changing_statistics
from orders.choices import OrderStatus
from orders.events import OrderEvent, check_event
from orders.figures import OrderChanges, count_completed
from orders.locks import WrongStatus, lock_order
from orders.models import Order
from orders.recording.products import ProductIds
from orders.recording.writing import Answer, write_batch


class OrderConflict(Exception):
    """Another order is stored under this source and number; `order_id` is its id."""

    def __init__(self, event: OrderEvent, order_id: int):
        super().__init__(f"{event.source} {event.external_id}")
        self.event = event
        self.order_id = order_id


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
    customers, locked = lock_order(order)
    if locked.status != OrderStatus.OPEN:
        raise WrongStatus
    locked.status = OrderStatus.COMPLETED
    locked.delivered_at = delivered_at or locked.delivered_at
    locked.save(update_fields=["status", "delivered_at"])
    changes = OrderChanges(locked.organisation)
    changes.lines(locked, +1, {})
    with changing_statistics(locked.organisation, customers.values(), changes):
        count_completed(locked, customers.get(locked.customer_id), changes)
    changes.write()
    audit(action="order.completed", subject=locked, actor=actor)
    tell(locked.organisation, Topic.ORDER_COMPLETED, [locked.pk])
    return locked
