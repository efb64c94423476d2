"""Using a coupon on an order, once, within its limits, and giving it back when the order is voided."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.text.text import clean
from customers.locks import lock_customers
from loyalty.coupons.quoting import Quote, quote
from loyalty.models import Coupon, CouponCode, CouponGuest, CouponUse
from orders.extensions import OrderDraft
from orders.models import Order


class CouponRefused(Exception):
    """The order does not get the coupon; the text says why."""


@dataclass(frozen=True)
class FoundCoupon:
    """A coupon under the code that somebody named; `single` is its code for one use, if it is one."""

    coupon: Coupon
    single: CouponCode | None = None

    @property
    def label(self) -> str:
        """What the receipt calls it."""
        return _("Coupon %(code)s") % {"code": self.single.code if self.single else self.coupon.code}


@dataclass(frozen=True)
class Claim:
    """What comes off the bill, and what the receipt calls it."""

    amount_cents: int
    label: str


def tidy_code(text: str) -> str:
    """As codes are stored, whatever case and spaces somebody typed."""
    return clean(text[:200]).replace(" ", "").upper().replace("\x00", "")


def find_coupon(organisation, text: str) -> FoundCoupon:
    """Raises CouponRefused when nothing has this code. Two queries at most."""
    code = tidy_code(text)
    coupons = Coupon.objects.select_related("organisation", "product")
    coupon = coupons.filter(organisation=organisation, code=code, has_single_codes=False).first()
    if coupon is not None:
        return FoundCoupon(coupon)
    singles = CouponCode.objects.select_related("coupon__organisation", "coupon__product")
    single = singles.filter(organisation=organisation, code=code).first()
    if single is None:
        raise CouponRefused(_("There is no coupon with this code."))
    return FoundCoupon(single.coupon, single)


def quote_for(found: FoundCoupon, draft: OrderDraft) -> Quote:
    """Would this order get it, as things are now? Nothing is used up."""
    used = _uses_by(found.coupon, draft.contact_keys)
    answer = quote(found.coupon, draft, used_by_guest=used)
    if not answer.refusal and found.single is not None and _is_used(found.single):
        return Quote(refusal=_("This code was used already."))
    return answer


def _uses_by(coupon: Coupon, keys: list[str]) -> int:
    uses = CouponGuest.objects.filter(coupon=coupon, contact_key__in=keys)
    return uses.values("use_id").distinct().count() if keys else 0


def _is_used(single: CouponCode) -> bool:
    return CouponUse.objects.filter(code=single, released_at=None).exists()


@transaction.atomic
def claim(*, found: FoundCoupon, draft: OrderDraft, order: Order, actor=None) -> Claim:
    """Use the coupon on a stored order, in the order's own transaction: locks customer, then coupon.

    The same order again gets the same answer. Raises CouponRefused; nothing is written then.
    """
    earlier = CouponUse.objects.filter(coupon=found.coupon, order=order, released_at=None).first()
    if earlier is not None:
        return Claim(earlier.amount_cents, found.label)
    if draft.customer is not None:
        lock_customers(order.organisation, [draft.customer.pk])
    coupon = _count(found.coupon)
    coupon.uses_count -= 1  # what it was without us
    answer = quote_for(FoundCoupon(coupon, found.single), draft)
    if answer.refusal:
        raise CouponRefused(answer.refusal)
    try:
        with transaction.atomic():
            _store(found, draft, order, answer.amount_cents, actor)
    except IntegrityError:
        raise CouponRefused(_("This coupon was used in the same moment.")) from None
    return Claim(answer.amount_cents, found.label)


def _count(coupon: Coupon) -> Coupon:
    """Count one use more, if there is one left; whoever else wants one waits until we are done."""
    open_ones = Coupon.objects.filter(Q(max_uses=None) | Q(uses_count__lt=F("max_uses")), pk=coupon.pk)
    if not open_ones.update(uses_count=F("uses_count") + 1):
        raise CouponRefused(_("This coupon is used up."))
    return Coupon.objects.select_related("organisation", "product").get(pk=coupon.pk)


def _store(found: FoundCoupon, draft: OrderDraft, order: Order, cents: int, actor) -> None:
    use = CouponUse.objects.create(
        coupon=found.coupon,
        code=found.single,
        order=order,
        customer=draft.customer,
        amount_cents=cents,
        actor=actor,
        occurred_at=timezone.now(),
    )
    taken: dict[str, set[int]] = {key: set() for key in draft.contact_keys}
    guests = CouponGuest.objects.filter(coupon=found.coupon, contact_key__in=taken)
    for key, n in guests.values_list("contact_key", "n"):
        taken[key].add(n)
    CouponGuest.objects.bulk_create(
        CouponGuest(coupon=found.coupon, use=use, contact_key=key, n=_first_free(numbers))
        for key, numbers in taken.items()
    )


def _first_free(numbers: set[int]) -> int:
    return next(n for n in range(1, len(numbers) + 2) if n not in numbers)


@transaction.atomic
def release(order: Order) -> None:
    """Free what the order used: for everybody, for its customer, and its single code. Once."""
    uses = CouponUse.objects.filter(order=order, released_at=None).order_by("coupon_id")
    for pk, coupon_id in uses.values_list("pk", "coupon_id"):
        if CouponUse.objects.filter(pk=pk, released_at=None).update(released_at=timezone.now()):
            CouponGuest.objects.filter(use=pk).delete()
            Coupon.objects.filter(pk=coupon_id).update(uses_count=F("uses_count") - 1)
