"""Coupons: what an order gets, using them within their limits, making them."""

from loyalty.coupons import checking, making, merging
from loyalty.coupons.claiming import CouponRefused, FoundCoupon, claim, find_coupon, quote_for, release

__all__ = [
    "CouponRefused",
    "FoundCoupon",
    "checking",
    "claim",
    "find_coupon",
    "making",
    "merging",
    "quote_for",
    "release",
]
