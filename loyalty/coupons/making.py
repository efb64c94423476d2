"""Coupons added, changed, paused, archived, and their single-use codes."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from loyalty.models import Coupon, CouponCode

MAX_CODES = 1_000
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that look alike
_LENGTH = 10
_MANY = 200


@transaction.atomic
def save_coupon(coupon: Coupon, *, locations, actor, changed: list[str]) -> Coupon:
    """Store a new or changed coupon. Raises ValidationError when its code is taken, or when it was used more
    often already than its new limit."""
    action = "coupon.changed" if coupon.pk else "coupon.added"
    coupon.created_at = coupon.created_at or timezone.now()
    if CouponCode.objects.filter(organisation=coupon.organisation, code=coupon.code).exists():
        raise ValidationError({"code": _("There is a coupon with this code already.")})
    try:
        with transaction.atomic():
            if coupon.pk:  # the counter belongs to those who use it
                coupon.save(update_fields=[one.name for one in coupon._meta.fields if one.name not in _KEPT])
            else:
                coupon.save()
    except IntegrityError as error:
        if "uses_within" in str(error):
            raise ValidationError({"max_uses": _("It was used more often already.")}) from None
        raise ValidationError({"code": _("There is a coupon with this code already.")}) from None
    coupon.locations.set(locations)
    audit(action=action, subject=coupon, actor=actor, fields=changed)
    return coupon


_KEPT = {"id", "uses_count", "is_active", "archived_at", "created_at"}


@transaction.atomic
def set_active(coupon: Coupon, *, is_active: bool, actor) -> None:
    Coupon.objects.filter(pk=coupon.pk).update(is_active=is_active)
    audit(action="coupon.resumed" if is_active else "coupon.paused", subject=coupon, actor=actor)


@transaction.atomic
def archive(coupon: Coupon, *, is_archived: bool, actor) -> None:
    """Take it out of the list; its history stays."""
    Coupon.objects.filter(pk=coupon.pk).update(archived_at=timezone.now() if is_archived else None)
    audit(action="coupon.archived" if is_archived else "coupon.restored", subject=coupon, actor=actor)


@transaction.atomic
def make_codes(coupon: Coupon, *, count: int, actor) -> None:
    """Add single-use codes, 1 to MAX_CODES at once; the coupon's own code is no good from then on."""
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {_new_code() for _ in range(count - len(codes))}
        for model in (CouponCode, Coupon):
            taken = model.objects.filter(organisation=coupon.organisation, code__among=list(codes))
            codes -= set(taken.values_list("code", flat=True))
    now = timezone.now()
    rows = [
        CouponCode(organisation=coupon.organisation, coupon=coupon, code=code, created_at=now)
        for code in sorted(codes)
    ]
    CouponCode.objects.bulk_create(rows, batch_size=_MANY)
    Coupon.objects.filter(pk=coupon.pk).update(has_single_codes=True)
    audit(action="coupon.codes_made", subject=coupon, actor=actor, count=count)


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
