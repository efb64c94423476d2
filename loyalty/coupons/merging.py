"""Limits per customer count what merged customers used together."""

from collections.abc import Sequence

from loyalty.models import CouponGuest


def unite_guests(survivor_id: int, merged_ids: Sequence[int]) -> list[list]:
    """Let their uses be the survivor's; returns [id, key, n] of what changed."""
    kept, key = [], f"customer:{survivor_id}"
    theirs = CouponGuest.objects.filter(contact_key__in=[f"customer:{pk}" for pk in merged_ids])
    for guest in theirs.order_by("pk"):
        kept.append([guest.pk, guest.contact_key, guest.n])
        same = CouponGuest.objects.filter(coupon=guest.coupon_id, contact_key=key)
        taken = set(same.values_list("n", flat=True))
        n = next(n for n in range(1, len(taken) + 2) if n not in taken)
        CouponGuest.objects.filter(pk=guest.pk).update(contact_key=key, n=n)
    return kept


def part_guests(survivor_id: int, kept: Sequence[Sequence]) -> None:
    for pk, key, n in kept:
        guests = CouponGuest.objects.filter(pk=pk, contact_key=f"customer:{survivor_id}")
        guests.update(contact_key=key, n=n)
