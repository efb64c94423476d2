"""Coupons: what an order gets, using them within their limits, making them."""

from loyalty.coupons import checking, making
from loyalty.coupons.claiming import CouponRefused, FoundCoupon, claim, find_coupon, quote_for, release
from loyalty.coupons.drafts import DraftLine, OrderDraft

__all__ = [
    "CouponRefused",
    "DraftLine",
    "FoundCoupon",
    "OrderDraft",
    "checking",
    "claim",
    "find_coupon",
    "making",
    "quote_for",
    "release",
]
