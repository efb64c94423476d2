"""Points as payment for a part of an order: who has them, what they are worth, and taking them."""

from loyalty.redemption.finding import find_redeemer
from loyalty.redemption.redeeming import (
    PointsQuote,
    Redemption,
    RedemptionRefused,
    foresee_points,
    quote_points,
    redeem_points,
)

__all__ = [
    "PointsQuote",
    "Redemption",
    "RedemptionRefused",
    "find_redeemer",
    "foresee_points",
    "quote_points",
    "redeem_points",
]
