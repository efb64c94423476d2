"""Points: the ledger, what expires when, what an order does to them, and how people see it."""

from loyalty.points import lots, merging, of_orders, panels
from loyalty.points.checking import forget_points, points_problems
from loyalty.points.ledger import NotEnoughPoints, PointsLine, add_lines

__all__ = [
    "NotEnoughPoints",
    "PointsLine",
    "add_lines",
    "forget_points",
    "lots",
    "merging",
    "of_orders",
    "panels",
    "points_problems",
]
