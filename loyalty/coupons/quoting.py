"""What a coupon takes off an order, or why not, in words. No database beyond the coupon's own locations."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats, formats_for
from backoffice.core.text.money import divide
from loyalty.choices import CouponKind
from loyalty.models import Coupon
from orders.extensions import OrderDraft


@dataclass(frozen=True)
class Quote:
    """Cents that come off, or the sentence that says why none do."""

    amount_cents: int = 0
    refusal: str = ""


def quote(coupon: Coupon, draft: OrderDraft, *, used_by_guest: int = 0) -> Quote:
    """`used_by_guest` is how often whoever orders has used it. Never more than the bill."""
    formats = formats_for(coupon.organisation)
    refusal = (
        _state(coupon)
        or _when(coupon, draft, formats)
        or _where(coupon, draft)
        or _how_much(coupon, draft, formats)
        or _how_often(coupon, used_by_guest)
        or _what(coupon, draft)
    )
    if refusal:
        return Quote(refusal=refusal)
    return Quote(min(_worth(coupon, draft), draft.bill_cents))


def _state(coupon: Coupon) -> str:
    if coupon.archived_at is not None:
        return _("This coupon is no longer given.")
    return "" if coupon.is_active else _("This coupon is paused.")


def day_of(coupon: Coupon, local: datetime) -> date:
    """The day to which a local moment belongs: hours past midnight belong to the evening before."""
    goes_on = coupon.from_time and coupon.to_time and coupon.to_time <= coupon.from_time
    if goes_on and local.time() < coupon.to_time:
        return local.date() - timedelta(days=1)
    return local.date()


def _when(coupon: Coupon, draft: OrderDraft, formats: Formats) -> str:
    local = draft.placed_at.astimezone(draft.location.tz)
    day = day_of(coupon, local)
    if coupon.starts_on and day < coupon.starts_on:
        return _("This coupon begins on %(day)s.") % {"day": formats.day(coupon.starts_on)}
    if coupon.ends_on and day > coupon.ends_on:
        return _("This coupon ended on %(day)s.") % {"day": formats.day(coupon.ends_on)}
    if not coupon.weekday_bits >> day.weekday() & 1:
        return _("This coupon does not hold on this day of the week.")
    return "" if _is_open(coupon, local) else _("This coupon does not hold at this hour.")


def _is_open(coupon: Coupon, local: datetime) -> bool:
    """By the clock on the wall: an hour that the clocks repeat counts twice."""
    time, begin, end = local.time(), coupon.from_time, coupon.to_time
    if begin and end and end <= begin:
        return time >= begin or time < end
    return (begin is None or time >= begin) and (end is None or time < end)


def _where(coupon: Coupon, draft: OrderDraft) -> str:
    locations = {location.pk for location in coupon.locations.all()}
    if locations and draft.location.pk not in locations:
        return _("This coupon does not hold at this location.")
    if coupon.service_types and draft.service_type not in coupon.service_types:
        return _("This coupon does not hold for this kind of order.")
    return ""


def _how_much(coupon: Coupon, draft: OrderDraft, formats: Formats) -> str:
    if draft.lines_cents >= coupon.minimum_cents:
        return ""
    words = {"total": formats.money(draft.lines_cents), "minimum": formats.money(coupon.minimum_cents)}
    return _("The order comes to %(total)s; this coupon holds from %(minimum)s on.") % words


def _how_often(coupon: Coupon, used_by_guest: int) -> str:
    if coupon.max_uses is not None and coupon.uses_count >= coupon.max_uses:
        return _("This coupon is used up.")
    most = coupon.max_uses_per_customer
    if most is not None and used_by_guest >= most:
        return _("This customer has used the coupon as often as it can be used.")
    return ""


def _what(coupon: Coupon, draft: OrderDraft) -> str:
    if coupon.kind == CouponKind.PRODUCT and not _prices(coupon, draft):
        name = coupon.product.name if coupon.product_id else ""
        return _("%(product)s is not in the order.") % {"product": name}
    if coupon.kind == CouponKind.DELIVERY and not draft.delivery_fee_cents:
        return _("This order has no delivery fee.")
    return "" if draft.bill_cents else _("There is nothing left to pay.")


def _prices(coupon: Coupon, draft: OrderDraft) -> list[int]:
    return [
        line.unit_price_cents
        for line in draft.lines
        if coupon.product_id and line.product_id == coupon.product_id and line.quantity
    ]


def _worth(coupon: Coupon, draft: OrderDraft) -> int:
    if coupon.kind == CouponKind.PERCENT:
        return divide(draft.lines_cents * coupon.percent, 100)
    if coupon.kind == CouponKind.AMOUNT:
        return coupon.amount_cents
    if coupon.kind == CouponKind.PRODUCT:
        return min(_prices(coupon, draft))
    return draft.delivery_fee_cents
