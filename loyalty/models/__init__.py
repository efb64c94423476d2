from .bill_redemption import BillRedemption
from .card import Card, CardBatch, CardEvent, CardStamp
from .coupon import Coupon, CouponCode, CouponGuest, CouponUse
from .points_entry import PointsEntry
from .points_lot import LotUse, PointsLot
from .programme import Programme

__all__ = [
    "BillRedemption",
    "Card",
    "CardBatch",
    "CardEvent",
    "CardStamp",
    "Coupon",
    "CouponCode",
    "CouponGuest",
    "CouponUse",
    "LotUse",
    "PointsEntry",
    "PointsLot",
    "Programme",
]
