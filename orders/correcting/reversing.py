"""Taking receipts back: voids and refunds as counter-entries, with all that follows (PRODUCT S2, G11)."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.core.text.money import allocate, divide
from customers.figures import changing_statistics
from orders.choices import OrderStatus
from orders.figures import OrderChanges, count_refunded, count_voided
from orders.locks import WrongStatus, lock_order
from orders.models import Order, OrderLine, OrderRefund, OrderRefundLine, OrderVoid


class RefundTooLarge(Exception):
    """More than is left of the receipt, `left_cents`, or of one of its lines."""

    def __init__(self, left_cents: int):
        super().__init__(left_cents)
        self.left_cents = left_cents


@transaction.atomic
def void_order(order: Order, *, reason: str, actor=None) -> OrderVoid:
    """Take an order back by a counter-entry; it keeps its amounts and counts no longer.

    Points it earned are reversed, as far as the balance reaches; what it used of points and coupons is
    free again. Raises WrongStatus when it is voided already.
    """
    customers, locked = lock_order(order)
    if locked.status == OrderStatus.VOIDED:
        raise WrongStatus
    was_receipt, changes = locked.counts, OrderChanges(locked.organisation)
    changes.lines(locked, -1)
    locked.status = OrderStatus.VOIDED
    locked.save(update_fields=["status"])
    entry = OrderVoid.objects.create(order=locked, reason=reason, actor=actor, occurred_at=timezone.now())
    with changing_statistics(locked.organisation, customers.values(), changes) as by_id:
        count_voided(locked, by_id, was_receipt=was_receipt, actor=actor, changes=changes)
    changes.write()
    audit(action="order.voided", subject=locked, actor=actor)
    return entry


@transaction.atomic
def refund_order(
    order: Order,
    *,
    reason: str,
    amount_cents: int | None = None,
    quantities: Mapping[int, int] | None = None,
    token: UUID | None = None,
    actor=None,
) -> OrderRefund:
    """Take a part of a receipt back by a counter-entry: an amount, or quantities of lines by their id.

    A line is worth what the customer paid for it, its share of the discount taken off. The same `token`
    sent again gets the first answer. Raises WrongStatus when it is no receipt, RefundTooLarge when less
    is left than that, ValueError when nothing or both are asked for.
    """
    customers, locked = lock_order(order)
    if earlier := OrderRefund.objects.filter(order=locked, token=token).first():
        return earlier
    if not locked.counts:
        raise WrongStatus
    if bool(quantities) == bool(amount_cents):
        raise ValueError("Either an amount or quantities.")
    lines = _refunded_lines(locked, quantities) if quantities else {}
    amount = sum(cents for _, cents in lines.values()) if lines else amount_cents
    if not 0 < amount <= locked.left_cents:
        raise RefundTooLarge(locked.left_cents)
    changes = OrderChanges(locked.organisation)
    changes.lines(locked, -1)
    refund = _store(locked, lines, amount, reason=reason, token=token or uuid4(), actor=actor)
    changes.lines(locked, +1)
    with changing_statistics(locked.organisation, customers.values(), changes) as by_id:
        count_refunded(locked, refund, by_id.get(locked.customer_id), changes)
    locked.save(update_fields=["refunded_cents"])
    changes.write()
    audit(action="order.refunded", subject=locked, actor=actor, amount_cents=amount)
    return refund


def _store(order: Order, lines: dict, amount: int, **fields) -> OrderRefund:
    refund = OrderRefund.objects.create(
        order=order, amount_cents=amount, occurred_at=timezone.now(), **fields
    )
    OrderRefundLine.objects.bulk_create(
        OrderRefundLine(refund=refund, line=line, quantity=quantity, amount_cents=cents)
        for line, (quantity, cents) in lines.items()
    )
    return refund


def _refunded_lines(order: Order, quantities: Mapping[int, int]) -> dict[OrderLine, tuple[int, int]]:
    """(quantity, cents) by line. The last ones of a line take what rounding left of it."""
    lines = list(order.lines.all())
    paid = paid_by_line(lines, order.discount_cents)
    earlier = refunded_by_line(order)
    if unknown := quantities.keys() - {line.pk for line in lines}:
        raise ValueError(f"No lines of this order: {sorted(unknown)}")
    chosen = {}
    for line in lines:
        quantity = quantities.get(line.pk, 0)
        done, done_cents = earlier.get(line.pk, (0, 0))
        if not 0 <= quantity <= line.quantity - done:
            raise RefundTooLarge(paid[line.pk] - done_cents)
        if not quantity:
            continue
        is_rest = quantity == line.quantity - done
        cents = paid[line.pk] - done_cents if is_rest else divide(paid[line.pk] * quantity, line.quantity)
        chosen[line] = (quantity, cents)
    return chosen


def paid_by_line(lines: list[OrderLine], discount_cents: int) -> dict[int, int]:
    """Cents that were paid for each line, by its id: its price less its share of the discount."""
    gross = [line.quantity * line.unit_price_cents for line in lines]
    shares = allocate(discount_cents, gross)
    return {line.pk: price - share for line, price, share in zip(lines, gross, shares, strict=True)}


def refunded_by_line(order: Order) -> dict[int, tuple[int, int]]:
    """(quantity, cents) that were taken back of each line already, by its id."""
    rows = OrderRefundLine.objects.filter(refund__order=order).values("line_id").order_by()
    rows = rows.annotate(done=Sum("quantity"), cents=Sum("amount_cents"))
    return {row["line_id"]: (row["done"], row["cents"]) for row in rows}
