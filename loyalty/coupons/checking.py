from collections.abc import Iterator, Sequence

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from loyalty.coupons.claiming import release
from loyalty.models import Coupon, CouponGuest, CouponUse
from orders.models import Order


def coupon_problems(organisation) -> Iterator[str]:
    """One sentence per invariant that is broken (TRUST I2, I12)."""
    coupons = Coupon.objects.filter(organisation=organisation)
    counted = coupons.annotate(open_uses=Count("uses", filter=Q(uses__released_at=None)))
    for pk in counted.exclude(uses_count=F("open_uses")).values_list("pk", flat=True):
        yield f"I2 coupon {pk}: its counter is not the number of its uses"
    uses = CouponUse.objects.filter(coupon__organisation=organisation)
    foreign = uses.exclude(order=None).exclude(order__organisation=organisation)
    foreign |= uses.exclude(customer=None).exclude(customer__organisation=organisation)
    for pk in foreign.values_list("pk", flat=True):
        yield f"I12 coupon use {pk}: its order or customer belongs to another organisation"


def forget_guests(customer_ids: list[int]) -> None:
    """Take out by what else these customers were known; the limit goes on counting them by their number."""
    guests = CouponGuest.objects.filter(use__customer_id__in=customer_ids)
    guests.exclude(contact_key__startswith="customer:").delete()


def forget_orders(orders: Sequence[Order]) -> None:
    """Receipts that go as if they had never come give back what they used; the history stays without them."""
    for order in orders:
        release(order)
    CouponUse.objects.filter(order__in=orders).update(order=None)


def facts(order: Order, formats: Formats) -> list[tuple[str, str]]:
    """The coupons that the order uses, for its page: (label, code and amount). One query."""
    uses = CouponUse.objects.filter(order=order, released_at=None).select_related("coupon", "code")
    return [
        (_("Coupon"), f"{use.code.code if use.code else use.coupon.code}, {formats.money(-use.amount_cents)}")
        for use in uses
    ]
