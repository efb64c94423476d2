"""Points arithmetic, without a database."""

from decimal import ROUND_FLOOR, Decimal


def points_for(
    total_cents: int, *, points_per_euro: Decimal, points_per_order: int, cents_per_unit: int = 100
) -> int:
    """Points one order earns: both rates added up, rounded down (PRODUCT Y1). Tips earn nothing."""
    by_amount = (points_per_euro * total_cents / cents_per_unit).to_integral_value(rounding=ROUND_FLOOR)
    return int(by_amount) + points_per_order


def reversible(earned: int, balance: int) -> int:
    """How many of the points an order earned can be taken back: never more than are left."""
    return max(0, min(earned, balance))
