"""The one next step of an open order, in words."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from orders.choices import ServiceType, Stage
from orders.fulfilling.steps import DONE, next_step


@dataclass(frozen=True)
class Action:
    """`step` is a stage or DONE. `asks` says that a driver is chosen first."""

    step: str
    label: str
    icon: str

    @property
    def asks(self) -> bool:
        return self.step == Stage.OUT


def next_action(service_type: str, stage: str) -> Action:
    """After a stage; the last one of all after none."""
    step = next_step(service_type, stage)
    if step == DONE:
        return Action(step, _ended(service_type), "check-circle")
    if step == Stage.OUT:
        return Action(step, pgettext("step", "On the way"), "truck")
    label = pgettext("step", "Accept") if step == Stage.ACCEPTED else pgettext("step", "Ready")
    return Action(step, label, "check")


def _ended(service_type: str) -> str:
    return {
        ServiceType.DINE_IN: pgettext("step", "Served and paid"),
        ServiceType.PICKUP: pgettext("step", "Picked up"),
        ServiceType.PARTNER_DELIVERY: pgettext("step", "Handed over"),
    }.get(service_type) or pgettext("step", "Delivered")
