"""Orders that are taken here: placed, on their way, handed over or called off (PRODUCT P10)."""

from orders.fulfilling.billing import Bill, billed
from orders.fulfilling.placement import Placement, PlacementLine
from orders.fulfilling.placing import PlacementRefused, place_order
from orders.fulfilling.steps import DONE, cancel_order, take_step
from orders.fulfilling.words import next_action

__all__ = [
    "DONE",
    "Bill",
    "Placement",
    "PlacementLine",
    "PlacementRefused",
    "billed",
    "cancel_order",
    "next_action",
    "place_order",
    "take_step",
]
