"""Taking updates: never an older one over a newer one, each refund once, with all that follows."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction

from backoffice.staff.models import Location
from customers.figures import FigureChanges, changing_statistics
from customers.models import Customer
from orders.choices import OrderStatus
from orders.correcting import refund_order, void_order
from orders.events import OrderEventRefund, OrderUpdate, check_update
from orders.figures import read_first_and_last
from orders.locks import OrderChanged, WrongStatus, lock_order
from orders.models import Order, OrderRefund
from orders.recording import complete_order

_FORWARD = (OrderStatus.OPEN, OrderStatus.COMPLETED, OrderStatus.VOIDED)
_TIMES = ("promised_at", "delivered_at")
_TRIES = 3


class UnknownOrder(Exception):
    """No such order is stored."""


class RefundConflict(Exception):
    """Another amount was paid back under the number of this refund."""

    def __init__(self, refund: OrderEventRefund):
        super().__init__(refund.external_id)
        self.refund = refund


@dataclass(frozen=True, slots=True)
class UpdatedOrder:
    """The order as it stands now. `applied` is False when a newer update was taken before this one: status
    and times are left then."""

    order: Order
    applied: bool


def update_order(*, organisation, update: OrderUpdate, location: Location | None = None) -> UpdatedOrder:
    """Take an update of a stored order, of `location` where one is given; the same again changes nothing.

    The source's own time decides: an older update than the newest one taken leaves status and times. A
    refund is a fact of its own: it counts once, however late it comes. Raises UnknownOrder, WrongStatus
    when the status would go back or an order that is no receipt be refunded, RefundConflict, RefundTooLarge,
    and ValidationError for what no update can be; nothing is written then.
    """
    check_update(update)
    for _try in range(_TRIES):
        with suppress(OrderChanged):
            return _update(organisation, update, location)
    return _update(organisation, update, location)


@transaction.atomic
def _update(organisation, update: OrderUpdate, location: Location | None) -> UpdatedOrder:
    customers, order = lock_order(_find(organisation, update, location))
    applied = order.source_updated_at is None or order.source_updated_at <= update.updated_at
    wanted = update.status if applied else None
    if wanted is not None and _FORWARD.index(wanted) < _FORWARD.index(order.status):
        raise WrongStatus
    if applied:
        _set_times(order, customers.get(order.customer_id), update)
    if wanted == OrderStatus.COMPLETED != order.status:
        complete_order(order)
    for refund in update.refunds:
        _refund(order, refund)
    if wanted == OrderStatus.VOIDED != order.status:
        void_order(order, reason=update.reason)
    return UpdatedOrder(Order.objects.select_related("location").get(pk=order.pk), applied)


def _find(organisation, update: OrderUpdate, location: Location | None) -> Order:
    orders = Order.objects.filter(
        organisation=organisation, source=update.source, external_id=update.external_id
    )
    if location is not None:
        orders = orders.filter(location=location)
    order = orders.select_related("organisation").first()
    if order is None:
        raise UnknownOrder
    return order


def _set_times(order: Order, customer: Customer | None, update: OrderUpdate) -> None:
    """Note them and when the source said so; punctuality and the customer's last order follow."""
    told = {name: getattr(update, name) for name in _TIMES}
    new = {name: at for name, at in told.items() if at is not None and at != getattr(order, name)}
    changes = FigureChanges(order.organisation)
    if new:
        changes.order(order, -1)
    for name, moment in new.items():
        setattr(order, name, moment)
    if new:
        changes.order(order, +1)
    order.source_updated_at = update.updated_at
    order.save(update_fields=[*new, "source_updated_at"])
    if new and customer is not None:
        with changing_statistics(order.organisation, [customer], changes):
            read_first_and_last(customer)
    changes.write()


def _refund(order: Order, refund: OrderEventRefund) -> None:
    token = _token(order, refund)
    if earlier := OrderRefund.objects.filter(order=order, token=token).first():
        if earlier.amount_cents != refund.amount_cents:
            raise RefundConflict(refund)
        return
    refund_order(order, reason=refund.reason, amount_cents=refund.amount_cents, token=token)


def _token(order: Order, refund: OrderEventRefund) -> UUID:
    """Of the order and the source's own number: the same whenever it is told again."""
    return uuid5(NAMESPACE_OID, f"refund {order.pk} {refund.external_id}")
