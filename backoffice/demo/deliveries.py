"""Invents drivers, and how the orders of the demo came to their customers."""

from datetime import datetime, timedelta
from random import Random

from backoffice.demo.reading import read
from backoffice.staff.models import Organisation
from orders.choices import OrderStatus, ServiceType, Stage
from orders.models import Driver, Fulfilment, Order

_MINUTES = read("deliveries")["minutes"]
_WITHOUT_DRIVER = read("deliveries")["chances"]["without_driver"]
_CHUNK = 1000
# so many minutes after its order an open delivery has come so far
_PROGRESS = [(25, Stage.OUT), (12, Stage.READY), (3, Stage.ACCEPTED), (0, Stage.NEW)]
_READ = (
    *("pk", "placed_at", "delivered_at"),
    *("customer__address1", "customer__postcode", "customer__city"),
)


def drive_out(organisation: Organisation, slug: str, now: datetime, rng: Random) -> int:
    """Store drivers and a way to the customer for every delivery; how many there are."""
    names = read("deliveries")["drivers"][slug]
    drivers = Driver.objects.bulk_create(Driver(organisation=organisation, name=name) for name in names)
    mine = Order.objects.filter(organisation=organisation, service_type=ServiceType.DELIVERY)
    orders = mine.exclude(status=OrderStatus.VOIDED).order_by("pk").values_list(*_READ)
    ways = [_way(order, drivers, now, rng) for order in orders]
    Fulfilment.objects.bulk_create(ways, batch_size=_CHUNK, ignore_conflicts=True)
    return len(ways)


def _way(order: tuple, drivers: list[Driver], now: datetime, rng: Random) -> Fulfilment:
    pk, placed_at, delivered_at, street, postcode, city = order
    town = f"{postcode or ''} {city or ''}".strip()
    way = Fulfilment(order_id=pk, destination=", ".join(filter(None, (street, town)))[:300])
    if delivered_at:
        way.stage, arrived_at = Stage.OUT, delivered_at
    else:
        age = (now - placed_at).total_seconds() / 60
        way.stage, arrived_at = next(stage for minutes, stage in _PROGRESS if age >= minutes), None
    moments = _moments(placed_at, arrived_at or now, rng)
    reached = list(Stage).index(way.stage)
    way.accepted_at, way.ready_at, way.out_at = (
        moment if place < reached else None for place, moment in enumerate(moments)
    )
    if way.stage == Stage.OUT and not (delivered_at and rng.random() < _WITHOUT_DRIVER):
        way.driver = rng.choice(drivers)
    return way


def _moments(placed_at: datetime, end: datetime, rng: Random) -> tuple[datetime, datetime, datetime]:
    """Accepted, ready and out, one after the other between order and arrival."""
    accepted = placed_at + timedelta(minutes=rng.randint(*_MINUTES["accepting"]))
    out = max(accepted, end - timedelta(minutes=rng.randint(*_MINUTES["on_the_way"])))
    ready = max(accepted, out - timedelta(minutes=rng.randint(*_MINUTES["waiting"])))
    return min(accepted, end), min(ready, end), min(out, end)
