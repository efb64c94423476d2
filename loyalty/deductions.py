"""What a coupon and points take off an order: foreseen while it is put together, used up when placed."""

from dataclasses import replace

from loyalty.coupons import CouponRefused, claim, find_coupon, quote_for
from loyalty.redemption import RedemptionRefused, foresee_points, redeem_points
from orders.choices import DiscountKind
from orders.extensions import Deduction, OrderDraft, Wish, WishRefused
from orders.models import Order


def deductions_for(
    draft: OrderDraft, wish: Wish, *, order: Order | None = None, actor=None
) -> list[Deduction]:
    """The coupon first, then points for what is left. With a stored `order` both are used up.

    Raises WishRefused.
    """
    found = []
    if wish.coupon:
        found.append(_coupon(draft, wish.coupon, order, actor))
    if wish.points:
        taken = draft.discount_cents + sum(one.amount_cents for one in found)
        found.append(_points(replace(draft, discount_cents=taken), wish.points, order, actor))
    return found


def _coupon(draft: OrderDraft, code: str, order: Order | None, actor) -> Deduction:
    try:
        coupon = find_coupon(draft.location.organisation, code)
        if order is not None:
            used = claim(found=coupon, draft=draft, order=order, actor=actor)
            return Deduction(DiscountKind.COUPON, used.label, used.amount_cents)
        quote = quote_for(coupon, draft)
    except CouponRefused as refusal:
        raise WishRefused(DiscountKind.COUPON, str(refusal)) from None
    if quote.refusal:
        raise WishRefused(DiscountKind.COUPON, quote.refusal)
    return Deduction(DiscountKind.COUPON, coupon.label, quote.amount_cents)


def _points(draft: OrderDraft, points: int, order: Order | None, actor) -> Deduction:
    asked = {"customer": draft.customer, "points": points, "bill_cents": draft.bill_cents}
    try:
        if order is None:
            redemption = foresee_points(draft.location.organisation, **asked)
        else:
            redemption = redeem_points(order=order, actor=actor, **asked)
    except RedemptionRefused as refusal:
        raise WishRefused(DiscountKind.POINTS, str(refusal)) from None
    return Deduction(DiscountKind.POINTS, redemption.label, redemption.amount_cents)
