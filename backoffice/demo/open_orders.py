"""Takes the orders that are open while somebody looks at the demo, by the rules of the order page."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from backoffice.demo.reading import read
from backoffice.staff.models import Location, Organisation
from customers.models import Customer
from orders.choices import Stage
from orders.fulfilling import Placement, PlacementLine, place_order, take_step
from orders.models import Driver, Fulfilment, Order, Product

_DATA = read("open_orders")
_DISHES = (1, 4)


def take_orders(
    organisation: Organisation, location: Location, slug: str, now: datetime, clerk, rng: Random
) -> list[Order]:
    """Store them in every stage, with the product that is the delivery fee."""
    fee = _DATA[slug]
    Product.objects.create(
        organisation=organisation,
        name=fee["fee"],
        price_cents=fee["fee_cents"],
        tax_rate=19,
        is_delivery_fee=True,
    )
    menu = Product.objects.filter(organisation=organisation, is_available=True, is_delivery_fee=False)
    dishes = list(menu.filter(sold_out_on=None, archived_at=None).order_by("pk"))
    known = Customer.objects.of(organisation).active().exclude(address1="").select_related("stats")
    customers = known.order_by("-stats__receipts_count", "pk")
    return [
        _take(entry, location, customer, dishes, now, clerk, rng)
        for entry, customer in zip(_DATA["orders"], customers[: len(_DATA["orders"])], strict=False)
    ]


def _take(entry: dict, location, customer, dishes: list, now: datetime, clerk, rng: Random) -> Order:
    chosen = rng.sample(dishes, min(len(dishes), rng.randint(*_DISHES)))
    address = f"{customer.address1}, {customer.postcode} {customer.city}"
    placement = Placement(
        location=location,
        service_type=entry["service"],
        lines=tuple(PlacementLine(one.pk, rng.randint(1, 2), is_asked=True) for one in chosen),
        now=now - timedelta(minutes=entry["placed"]),
        token=UUID(int=rng.getrandbits(128)),
        customer=customer,
        destination=entry.get("table", address if entry["service"] == "delivery" else ""),
        promised_at=now + timedelta(minutes=entry["promised"]) if "promised" in entry else None,
    )
    order = place_order(placement, actor=clerk).order
    stages = list(Stage)[1 : list(Stage).index(entry["stage"]) + 1]
    for stage in stages:
        driver = None
        if stage == Stage.OUT:
            driver = Driver.objects.filter(organisation=location.organisation).order_by("pk").first()
        take_step(order, stage, seen=Fulfilment.objects.get(order=order).stage, driver=driver, actor=clerk)
    return order
