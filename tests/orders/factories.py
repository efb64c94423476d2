"""Orders as a source would send them, with believable defaults."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.utils import timezone

from backoffice.core.text.periods import moment_of
from loyalty.models import Programme
from orders.choices import Stage
from orders.events import OrderEvent, OrderEventLine
from orders.models import DiningTable, Driver, Fulfilment, Order, Product, Reservation
from orders.reservations import Wish, book
from tests.factories import make_order

BERLIN = ZoneInfo("Europe/Berlin")

MORNING = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
_numbers = count(1)


def make_event(location, *, total_cents=2_500, minutes=0, **fields) -> OrderEvent:
    """A completed web pickup of one dish by Anna, `minutes` after a Monday morning in March."""
    defaults = {
        "external_id": f"T{next(_numbers)}",
        "placed_at": MORNING + timedelta(minutes=minutes),
        "location": location,
        "lines": (OrderEventLine("Käsespätzle", 1, total_cents),),
        "source": "web",
        "service_type": "pickup",
        "phone": "+4917139200012",
        "first_name": "Anna",
        "last_name": "Müller",
    }
    return OrderEvent(**defaults | fields)


def make_stranger_event(location, **fields) -> OrderEvent:
    return make_event(location, **{"phone": "", "email": "", "first_name": "", "last_name": ""} | fields)


def make_programme(organisation, **fields) -> Programme:
    return Programme.objects.create(
        organisation=organisation, **{"points_per_euro": 1, "points_per_order": 0} | fields
    )


def make_product(organisation, **fields) -> Product:
    return Product.objects.create(
        organisation=organisation, **{"name": f"Dish {next(_numbers)}", "price_cents": 900} | fields
    )


def make_driver(organisation, **fields) -> Driver:
    return Driver.objects.create(organisation=organisation, **{"name": f"Driver {next(_numbers)}"} | fields)


def make_delivery(customer, *, placed_at, driver=None, promised=30, took=30, **fields) -> Order:
    """An order that a driver took to its customer: promised after so many minutes, there after so many;
    None is no promise, or still under way."""
    moments = {
        name: placed_at + timedelta(minutes=minutes)
        for name, minutes in (("promised_at", promised), ("delivered_at", took))
        if minutes is not None
    }
    state = {"status": "completed" if took is not None else "open", "service_type": "delivery"}
    order = make_order(customer, placed_at=placed_at, **moments | state | fields)
    if driver:
        Fulfilment.objects.create(order=order, driver=driver, stage=Stage.OUT, out_at=placed_at)
    return order


def make_table(location, **fields) -> DiningTable:
    return DiningTable.objects.create(
        location=location, **{"name": str(next(_numbers)), "area": "Saal", "seats": 4} | fields
    )


def make_wish(day=None, at="19:00", *, zone=BERLIN, **fields) -> Wish:
    """Four people for two hours, tomorrow at seven."""
    day = day or timezone.now().astimezone(zone).date() + timedelta(days=1)
    starts_at = moment_of(day, time.fromisoformat(at), zone)
    return Wish(**{"starts_at": starts_at, "minutes": 120, "party": 4, "name": "Nora Nelke"} | fields)


def make_reservation(location, customer=None, *, table=None, **fields) -> Reservation:
    """Booked by the rule that pages use."""
    known = {"customer_id": customer.pk, "name": ""} if customer else {}
    wish = make_wish(**{"table_id": table.pk if table else None} | known | fields)
    return book(organisation=location.organisation, location=location, wish=wish, actor=None)
