"""Orders that are taken here: placed, on their way, handed over or called off (PRODUCT P10)."""

from orders.fulfilling.billing import Bill, BilledLine, billed
from orders.fulfilling.placement import Placement, PlacementLine
from orders.fulfilling.placing import PlacementRefused, place_order
from orders.fulfilling.steps import DONE, cancel_order, next_step, take_step

__all__ = [
    "DONE",
    "Bill",
    "BilledLine",
    "Placement",
    "PlacementLine",
    "PlacementRefused",
    "billed",
    "cancel_order",
    "next_step",
    "place_order",
    "take_step",
]
