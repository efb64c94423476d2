"""Placing an order for a customer: once, with what it uses of coupons and points (PRODUCT P10, TRUST I6)."""

from dataclasses import dataclass, replace
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.text.names import split_name
from customers.choices import Source
from orders.choices import DiscountKind, OrderStatus
from orders.events import OrderEvent
from orders.extensions import WishRefused, order_extensions
from orders.fulfilling.billing import Bill, billed, draft_of
from orders.fulfilling.placement import Placement
from orders.models import Fulfilment, Order, OrderCounter, OrderDiscount
from orders.recording import record_order

_FIELDS = {DiscountKind.COUPON: "coupon", DiscountKind.POINTS: "points"}


class PlacementRefused(Exception):
    """The order is not placed; `bill.problems` says why, or the same press has placed `earlier` of other
    things before."""

    def __init__(self, bill: Bill, earlier: Order | None = None):
        super().__init__(bill.problems)
        self.bill, self.earlier = bill, earlier


@dataclass(frozen=True)
class PlacedOrder:
    order: Order
    created: bool


@transaction.atomic
def place_order(placement: Placement, *, actor) -> PlacedOrder:
    """Store it as an open order under a number of its own. Sent again (`token`) it finds the first one.

    Locks the organisation's counter, then customers, coupon and order. Raises PlacementRefused; nothing is
    written then, and nothing used up.
    """
    organisation = placement.location.organisation
    number = _next_number(organisation)
    token = uuid5(placement.token, f"organisation {organisation.pk}")
    if found := Fulfilment.objects.filter(token=token).select_related("order").first():
        if not _is_same(found.order, placement):
            raise PlacementRefused(billed(placement), earlier=found.order)
        return PlacedOrder(found.order, created=False)
    bill = billed(placement)
    if bill.problems:
        raise PlacementRefused(bill)
    try:
        event = _event(placement, bill, number)
        order = record_order(organisation=organisation, event=event, actor=actor).order
    except ValidationError as error:
        bill.problems[error.code] = " ".join(error.messages)
        raise PlacementRefused(bill) from None
    _use_up(placement, bill, order, actor)
    Fulfilment.objects.create(order=order, token=token, destination=placement.destination)
    if placement.note or placement.name:
        order.note = ", ".join(filter(None, (_called(placement, order), placement.note)))
        order.save(update_fields=["note"])
    return PlacedOrder(order, created=True)


def _is_same(order: Order, placement: Placement) -> bool:
    """Whether it has the dishes of this placement; the fee is no dish."""
    stored = order.lines.filter(product__is_delivery_fee=False).values_list("product_id", "quantity", "note")
    wanted = [(line.product_id, line.quantity, line.note) for line in placement.lines]
    return order.service_type == placement.service_type and list(stored) == wanted


def _called(placement: Placement, order: Order) -> str:
    """The name that somebody gave who is no customer: the kitchen calls it out."""
    return "" if order.customer_id else placement.name


def _next_number(organisation) -> int:
    """The counter stays locked until the transaction ends: one order of an organisation after the other."""
    OrderCounter.objects.get_or_create(organisation=organisation)
    counter = OrderCounter.objects.select_for_update().get(organisation=organisation)
    counter.last += 1
    own = Order.objects.filter(organisation=organisation, source=Source.MANUAL)
    while own.filter(external_id=_number(counter.last)).exists():  # an import brought it
        counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _number(count: int) -> str:
    return f"B-{1000 + count}"


def _event(placement: Placement, bill: Bill, number: int) -> OrderEvent:
    first, last = split_name(placement.name)
    known = {"customer_id": placement.customer.pk} if placement.customer else {}
    if not known and placement.phone:
        known = {"phone": placement.phone, "first_name": first, "last_name": last}
    return OrderEvent(
        external_id=_number(number),
        placed_at=placement.now,
        location=placement.location,
        lines=bill.event_lines,
        source=Source.MANUAL,
        service_type=placement.service_type,
        status=OrderStatus.OPEN,
        tip_cents=placement.tip_cents,
        discount_cents=bill.discount_cents,
        promised_at=placement.promised_at,
        **known,
    )


def _use_up(placement: Placement, bill: Bill, order: Order, actor) -> None:
    """Take what was foreseen. What others took in the same moment is refused, with all of the order."""
    draft = draft_of(placement, bill)
    if draft.customer is None and order.customer_id:
        draft = replace(draft, customer=order.customer)
    used = []
    try:
        for extension in order_extensions():
            used += extension.deductions(draft, placement.wish, order=order, actor=actor)
    except WishRefused as refusal:
        bill.problems[_FIELDS[refusal.kind]] = str(refusal)
        raise PlacementRefused(bill) from None
    if [one.amount_cents for one in used] != [one.amount_cents for one in bill.deductions]:
        bill.deductions = used
        bill.problems["coupon"] = _("The coupon is worth something else by now. Look at the sum again.")
        raise PlacementRefused(bill)
    OrderDiscount.objects.bulk_create(
        OrderDiscount(order=order, kind=one.kind, label=one.label[:80], amount_cents=one.amount_cents)
        for one in used
    )
