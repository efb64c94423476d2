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


def part_of(value: int, part: int, whole: int) -> int:
    """The share of a value that a part has in a whole, rounded down; 0 of nothing."""
    return value * part // whole if whole else 0


def redeemable(points: int, *, balance: int, bill_cents: int, point_value_cents: int) -> int:
    """How many of the points that somebody wants to redeem can be: no more than are there, no more than the
    bill is worth in whole points."""
    if point_value_cents <= 0:
        return 0
    return max(0, min(points, balance, bill_cents // point_value_cents))
