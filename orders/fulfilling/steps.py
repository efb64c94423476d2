"""The steps of an open order: accepted, ready, on the way, handed over, or called off with a reason."""

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from orders.choices import OrderStatus, ServiceType, Stage
from orders.correcting import void_order
from orders.locks import WrongStatus, lock_order
from orders.models import Driver, Fulfilment, Order, OrderVoid
from orders.recording import complete_order

DONE = "done"  # handed over: the order becomes a receipt
_ORDER = (*Stage.values, DONE)


def steps_of(service_type: str) -> tuple[str, ...]:
    """From the first to the last; only own drivers are on the way."""
    if service_type == ServiceType.DELIVERY:
        return _ORDER
    return tuple(step for step in _ORDER if step != Stage.OUT)


def next_step(service_type: str, stage: str) -> str:
    steps = steps_of(service_type)
    return steps[steps.index(stage) + 1] if stage in steps else DONE


@transaction.atomic
def take_step(order: Order, step: str, *, seen: str, driver: Driver | None = None, actor=None) -> bool:
    """Go from the stage that somebody `seen` to another one, or to DONE; back as well, while it is open.

    Whether that changed anything: the same again does not. Raises WrongStatus when it is not open, or
    somebody else took it elsewhere meanwhile.
    """
    _customers, locked = lock_order(order)
    fulfilment, _created = Fulfilment.objects.get_or_create(order=locked)
    if step == DONE and locked.status == OrderStatus.COMPLETED:
        return False
    if locked.status != OrderStatus.OPEN:
        raise WrongStatus
    if fulfilment.stage == step and (driver is None or fulfilment.driver_id == driver.pk):
        return False
    if fulfilment.stage not in (seen, step) or step not in steps_of(locked.service_type):
        raise WrongStatus
    if step == DONE:
        complete_order(locked, delivered_at=_handed_over_at(locked), actor=actor)
        return True
    _move(fulfilment, step, driver)
    if step != Stage.NEW:
        audit(action=f"order.{step}", subject=locked, actor=actor)
    return True


def _handed_over_at(order: Order):
    return None if order.service_type == ServiceType.DINE_IN else timezone.now()


def _move(fulfilment: Fulfilment, step: str, driver: Driver | None) -> None:
    """Moments of steps that are taken back go."""
    now, place = timezone.now(), _ORDER.index(step)
    for name in (Stage.ACCEPTED, Stage.READY, Stage.OUT):
        column, is_reached = f"{name}_at", _ORDER.index(name) <= place
        setattr(fulfilment, column, (getattr(fulfilment, column) or now) if is_reached else None)
    fulfilment.stage = step
    fulfilment.driver = driver if step == Stage.OUT else None
    fulfilment.save()


@transaction.atomic
def cancel_order(order: Order, *, reason: str, actor=None) -> OrderVoid:
    """Call an open order off: what it used of points and coupons is free again. Raises WrongStatus when it
    is open no longer: receipts are voided by those who may."""
    _customers, locked = lock_order(order)
    if locked.status != OrderStatus.OPEN:
        raise WrongStatus
    return void_order(locked, reason=reason, actor=actor)
