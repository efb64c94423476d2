"""What an order means for its customer and for the figures; one answer for one order and for thousands."""

from collections.abc import Sequence

from customers.choices import Module, Source
from customers.figures import FigureChanges
from customers.models import Customer
from orders.choices import OrderStatus, ServiceType
from orders.extensions import order_extensions
from orders.models import Order, OrderRefund
from orders.visits import keep_visits

_MODULES = {
    Source.WEB: Module.SHOP,
    Source.STORE: Module.TILL,
    Source.DELIVERY_PLATFORM: Module.DELIVERY,
    Source.RESERVATION: Module.RESERVATIONS,
}


def modules_of(source: str, service_type: str) -> int:
    """The areas (bits) in which an order shows its customer to be active."""
    bits = int(_MODULES.get(source, 0))
    if service_type in (ServiceType.DELIVERY, ServiceType.PARTNER_DELIVERY):
        bits |= Module.DELIVERY
    return int(bits)


def count_recorded(
    organisation, orders: Sequence[Order], customers: dict[int, Customer], changes: FigureChanges
) -> None:
    """Add new orders, in the order of their ids, to figures, statistics and points.

    `customers` holds every customer of the orders, inside `changing_statistics`.
    """
    for order in orders:
        changes.order(order, +1)
        if order.customer_id is not None:
            _add(order, customers[order.customer_id].stats)
    receipts = [order for order in orders if order.counts and order.customer_id is not None]
    if receipts:
        keep_visits(organisation, [customers[order.customer_id] for order in receipts])
        for extension in order_extensions():
            extension.receipts_added(organisation, receipts, customers)


def count_completed(order: Order, customer: Customer | None, changes: FigureChanges) -> None:
    """An open order became a receipt."""
    changes.order(order, +1)
    if customer is None:
        return
    _add_receipt(order, customer.stats)
    _read_anew(customer)
    for extension in order_extensions():
        extension.receipts_added(customer.organisation, [order], {customer.pk: customer})


def count_voided(
    order: Order, customers: dict[int, Customer], *, was_receipt: bool, actor, changes: FigureChanges
) -> None:
    """Take a voided order back out. It is stored as voided, `was_receipt` says what it was before."""
    if was_receipt:
        order.status = OrderStatus.COMPLETED
        changes.order(order, -1)
        order.status = OrderStatus.VOIDED
    customer = customers.get(order.customer_id)
    if customer is not None:
        if was_receipt:
            _take_receipt(order, customer.stats)
        _read_anew(customer)
    for extension in order_extensions():
        extension.order_voided(order, customers, was_receipt=was_receipt, actor=actor)


def count_refunded(
    order: Order, refund: OrderRefund, customer: Customer | None, changes: FigureChanges
) -> None:
    """Let a receipt count with what is left after a refund; sets `refunded_cents`."""
    changes.order(order, -1)
    order.refunded_cents += refund.amount_cents
    changes.order(order, +1)
    if customer is None:
        return
    customer.stats.revenue_cents -= refund.amount_cents
    for extension in order_extensions():
        extension.receipt_refunded(order, refund, customer)


def count_moved(
    order: Order, giver: Customer | None, taker: Customer | None, *, actor, changes: FigureChanges
) -> None:
    """Take an order out of what one customer counts for and into another's; sets `customer_id`.

    It is stored under its new customer: what is the first and the last order is read from there.
    """
    order.customer_id = giver and giver.pk
    changes.order(order, -1)
    order.customer_id = taker and taker.pk
    changes.order(order, +1)
    if order.counts and giver:
        _take_receipt(order, giver.stats)
    if order.counts and taker:
        _add_receipt(order, taker.stats)
    for customer in filter(None, (giver, taker)):
        _read_anew(customer)
    for extension in order_extensions():
        extension.order_moved(order, giver, taker, actor=actor)


def read_first_and_last(customer: Customer) -> None:
    """Set what depends on the customer's other orders from those orders. Two queries."""
    stats = customer.stats
    orders = Order.objects.filter(customer_id=customer.pk)
    first = orders.filter(status=OrderStatus.COMPLETED).order_by("placed_on").values_list("placed_on")
    stats.first_order_on = next(iter(first[:1]), (None,))[0]
    last = orders.exclude(status=OrderStatus.VOIDED).order_by("-placed_at", "-id").first()
    stats.last_order_at = None
    stats.last_order_status = stats.last_service_type = ""
    if last is not None:
        _set_last(last, stats)


def _read_anew(customer: Customer) -> None:
    read_first_and_last(customer)
    keep_visits(customer.organisation, [customer])


def _add(order: Order, stats) -> None:
    if order.counts:
        _add_receipt(order, stats)
        if stats.first_order_on is None or order.placed_on < stats.first_order_on:
            stats.first_order_on = order.placed_on
    # A new order has the highest id, so it is the latest among those of the same moment.
    newest = stats.last_order_at is None or order.placed_at >= stats.last_order_at
    if newest and order.status != OrderStatus.VOIDED:
        _set_last(order, stats)


def _add_receipt(order: Order, stats) -> None:
    stats.receipts_count += 1
    stats.revenue_cents += order.left_cents
    stats.tips_cents += order.tip_cents


def _take_receipt(order: Order, stats) -> None:
    stats.receipts_count -= 1
    stats.revenue_cents -= order.left_cents
    stats.tips_cents -= order.tip_cents


def _set_last(order: Order, stats) -> None:
    stats.last_order_at = order.placed_at
    stats.last_order_status = order.delivery_status
    stats.last_service_type = order.service_type
