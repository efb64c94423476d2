"""Points on a till's own bill: taken at once, given back when the bill is voided or given up."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.locks import lock_customers
from customers.models import Customer
from loyalty.models import BillRedemption, PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points import PointsLine, add_lines, lots
from loyalty.redemption.redeeming import RedemptionRefused, take_points, value_on_bill
from orders.choices import OrderStatus
from orders.models import Order


class RedemptionConflict(Exception):
    """Other points were redeemed on this bill before."""


@dataclass(frozen=True)
class TillBill:
    """A bill at a till: what is to pay, its number there or none, and the SHA-256 of what was asked."""

    bill_cents: int
    source: str
    external_id: str = ""
    fingerprint: str = ""


@transaction.atomic
def redeem_on_bill(
    *, organisation, customer: Customer, points: int, bill: TillBill
) -> tuple[BillRedemption, bool]:
    """Take points for a bill whose order may come later, and say whether that happened now.

    Asked again under the bill's number it finds the first one. Locks the customer, then the order if it is
    there. Raises RedemptionConflict, and RedemptionRefused with the reason; nothing is written then.
    """
    if earlier := find_redemption(organisation, bill):
        return earlier, False
    try:
        with transaction.atomic():
            return _redeem(organisation, customer, points, bill), True
    except IntegrityError:  # somebody else asked the same in the same moment
        if earlier := find_redemption(organisation, bill):
            return earlier, False
        raise


def find_redemption(organisation, bill: TillBill) -> BillRedemption | None:
    """What was redeemed on the bill before. Raises RedemptionConflict when it was something else."""
    if not bill.external_id:
        return None
    of_bill = BillRedemption.objects.filter(
        organisation=organisation, source=bill.source, external_id=bill.external_id
    )
    found = of_bill.select_related("entry").first()
    if found is not None and found.fingerprint != bill.fingerprint:
        raise RedemptionConflict
    return found


def _redeem(organisation, customer: Customer, points: int, bill: TillBill) -> BillRedemption:
    amount = value_on_bill(organisation, points=points, bill_cents=bill.bill_cents)
    lock_customers(organisation, [customer.pk])
    order = _order_of(organisation, bill.source, bill.external_id)
    if order is not None:
        _check_order(order)
    take_points(organisation, customer, points, order_id=order and order.pk)
    return BillRedemption.objects.create(
        organisation=organisation,
        entry=PointsEntry.objects.filter(customer=customer).latest("pk"),
        source=bill.source,
        external_id=bill.external_id,
        fingerprint=bill.fingerprint,
        amount_cents=amount,
    )


def _order_of(organisation, source: str, external_id: str) -> Order | None:
    """The stored order of a bill, locked."""
    orders = Order.objects.filter(organisation=organisation, source=source, external_id=external_id)
    return orders.select_for_update(no_key=True).first() if external_id else None


def _check_order(order: Order) -> None:
    if order.status != OrderStatus.OPEN:
        raise RedemptionRefused(_("Nothing can be taken off this order any more: it is no longer open."))
    if PointsEntry.objects.filter(order=order, kind=PointsKind.REDEEMED).exists():
        raise RedemptionRefused(_("Other points were redeemed on this order already."))


@transaction.atomic
def give_back(redemption: BillRedemption) -> bool:
    """Give the points of a bill back that came to nothing, into the lots they came from, once; says whether
    that happened now.

    Raises RedemptionRefused when its order is stored: a void of that gives them back.
    """
    organisation, entry = redemption.organisation, redemption.entry
    lock_customers(organisation, [entry.customer_id])
    if PointsEntry.objects.filter(undoes=entry).exists():
        return False
    order = _order_of(organisation, redemption.source, redemption.external_id)
    if order is not None and order.status == OrderStatus.COMPLETED:
        raise RedemptionRefused(_("The receipt of this bill is stored. Void it: that gives the points back."))
    line = PointsLine(
        entry.customer_id,
        PointsKind.RELEASED,
        -entry.points,
        timezone.now(),
        order_id=entry.order_id,
        undoes_id=entry.pk,
        gives_back=lots.taken_by(entry.pk),
    )
    add_lines(organisation, [line])
    return True
