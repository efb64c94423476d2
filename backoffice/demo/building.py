"""Fills a database with two invented restaurants and two years of customers and orders.

Everything is written by the services that imports use, so the demo obeys the same rules.
"""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.text.periods import local_day
from backoffice.demo.bookings import COUNT, BookingMaker
from backoffice.demo.calendar import Calendar
from backoffice.demo.consents import ConsentMaker, make_wordings
from backoffice.demo.customers import CustomerMaker, InventedCustomer
from backoffice.demo.deliveries import drive_out
from backoffice.demo.loyalty import give_out_coupons, hand_out_cards
from backoffice.demo.menus import describe_products
from backoffice.demo.open_orders import take_orders
from backoffice.demo.pictures import draw_picture
from backoffice.demo.reading import read
from backoffice.demo.restaurants import HOUSES, House, open_house, people_of
from backoffice.demo.sources import connect_sources
from backoffice.demo.visits import VisitMaker
from backoffice.staff.models import Organisation
from customers.choices import Source
from customers.consent import record_entries
from customers.contacts import follow_columns
from customers.models import Customer
from customers.records import Contact, match_many, set_many_active, tag_many
from loyalty.models.points_entry import PointsKind
from loyalty.points import PointsLine, add_lines
from orders.choices import OrderStatus
from orders.correcting import void_order
from orders.models import Order
from orders.recording import record_orders

_CHUNK = 1000
_DETAILS = (
    *("id", "company", "tax_id", "language", "country", "state", "city", "postcode", "address1"),
    *("phone2", "birthday", "notes", "birthday_month", "search_text"),
)
_PICTURED = 400  # so many of the newest customers, whom the list shows first, may have a picture
_PICTURE_SHARE = 0.06


def is_built() -> bool:
    return Organisation.objects.filter(slug__in=[house.slug for house in HOUSES]).exists()


@transaction.atomic
def build(*, customers: int, seed: int, now: datetime | None = None, tell=lambda text: None) -> None:
    """Build both restaurants, the first with that many customers, the second with a few. All or nothing.

    The same seed on the same day gives the same customers and orders. `tell` gets lines of progress.
    """
    now = now or timezone.now()
    for number, house in enumerate(HOUSES):
        count = customers if number == 0 else max(20, min(200, customers // 20))
        _build_house(house, count, Random(seed * 1000 + number), now, tell)


def _build_house(house: House, count: int, rng: Random, now: datetime, tell) -> None:
    organisation = open_house(house)
    locations = list(organisation.locations.order_by("pk"))
    calendar = Calendar(local_day(now, organisation.tz), organisation.tz)
    maker = CustomerMaker(house.country, list(house.locations.values()), calendar, rng)
    everybody = list(maker.make(count))
    customers = _store_customers(organisation, locations, everybody, calendar, now, rng)
    tell(f"{house.name}: {len(customers)} customers")
    visits = VisitMaker(locations, house.menu, calendar, now, rng)
    result = record_orders(organisation, visits.events(everybody))
    tell(f"{house.name}: {result.recorded} orders, {result.lines} lines")
    describe_products(organisation, house.menu, now)
    clerks = people_of(house)
    consents = ConsentMaker(make_wordings(organisation), calendar, now, clerks[-1], rng)
    _store_consents(organisation, consents, zip(everybody, customers, strict=True))
    tag_many(organisation, _by_customer(everybody, customers))
    _redeem(organisation, calendar, now, clerks[0], rng)
    _void_some(organisation, clerks[0], rng)
    hand_out_cards(organisation, house.slug, now, clerks[-1], rng)
    give_out_coupons(organisation, house.slug, now, clerks[-1], rng)
    for invented, customer in zip(everybody, customers, strict=True):
        if invented.is_inactive:
            set_many_active(organisation, [customer], is_active=False, actor=clerks[-1])
    _hang_pictures(customers, rng)
    booked = BookingMaker(organisation, locations, now, clerks[0], rng).make(
        _known_again(organisation, rng), COUNT if house is HOUSES[0] else COUNT // 4
    )
    tell(f"{house.name}: {len(booked)} reservations")
    tell(f"{house.name}: {drive_out(organisation, house.slug, now, rng)} deliveries")
    taken = take_orders(organisation, locations[0], house.slug, now, clerks[0], rng)
    tell(f"{house.name}: {len(taken)} open orders")
    if house is HOUSES[0]:
        connect_sources(organisation, now=now, admin=clerks[-1], rng=rng)


def _store_customers(
    organisation, locations, everybody: list[InventedCustomer], calendar, now, rng
) -> list[Customer]:
    customers: list[Customer] = []
    for start in range(0, len(everybody), _CHUNK):
        chunk = everybody[start : start + _CHUNK]
        contacts = [
            Contact(
                location_id=locations[invented.home].pk,
                source=invented.source,
                phone=invented.phone,
                email=invented.email,
                first_name=invented.first_name,
                last_name=invented.last_name,
                joined_at=calendar.a_past_moment(rng, invented.joined_day, now),
            )
            for invented in chunk
        ]
        found = match_many(organisation=organisation, contacts=contacts).customers
        update_rows(Customer, _DETAILS, [_details(*pair) for pair in zip(chunk, found, strict=True)])
        follow_columns(organisation, found, origin=Source.MANUAL)
        customers += found
    for customer in customers:
        customer.organisation = organisation
    return customers


def _details(invented: InventedCustomer, customer: Customer) -> tuple:
    for name in _DETAILS[1:-2]:
        setattr(customer, name, getattr(invented, name))
    customer.derive()
    return tuple(getattr(customer, name) for name in _DETAILS)


def _store_consents(organisation, consents: ConsentMaker, pairs: Iterable[tuple]) -> None:
    lines = []
    for invented, customer in pairs:
        lines += consents.lines(invented, customer)
        if len(lines) >= _CHUNK:
            record_entries(organisation, lines)
            lines = []
    record_entries(organisation, lines)


def _by_customer(everybody: list[InventedCustomer], customers: list[Customer]) -> dict[int, list[str]]:
    pairs = zip(everybody, customers, strict=True)
    return {customer.pk: invented.tags for invented, customer in pairs if invented.tags}


def _redeem(organisation, calendar: Calendar, now: datetime, clerk, rng: Random) -> None:
    """Let some who have many points redeem a part this month; a few get some as an apology."""
    today = len(calendar.days) - 1
    many = Customer.objects.of(organisation).filter(stats__points__gte=150).order_by("pk")
    lines = []
    for pk, points in many.values_list("pk", "stats__points"):
        day = rng.randrange(calendar.days[today].day)
        moment = calendar.a_past_moment(rng, today - day, now)
        if rng.random() < 0.3:
            redeemed = -rng.randint(1, points // 50) * 50
            lines.append(PointsLine(pk, PointsKind.REDEEMED, redeemed, moment, clerk.pk))
        elif rng.random() < 0.03:
            lines.append(PointsLine(pk, PointsKind.ADJUSTED, 50, moment, clerk.pk))
    add_lines(organisation, lines)


def _void_some(organisation, clerk, rng: Random) -> None:
    orders = Order.objects.filter(organisation=organisation, status=OrderStatus.COMPLETED)
    recent = list(orders.order_by("-placed_at", "-pk")[:400])
    for order in rng.sample(recent, min(12, len(recent))):
        void_order(order, reason=rng.choice(read("habits")["voiding"]["reasons"]), actor=clerk)


def _known_again(organisation, rng: Random) -> list[Customer]:
    """Who books: mostly those who come often."""
    active = list(Customer.objects.of(organisation).active().order_by("-stats__receipts_count", "pk"))
    often = active[: max(len(active) // 4, COUNT)]
    return often + rng.sample(active, min(len(active), len(often) // 3))


def _hang_pictures(customers: list[Customer], rng: Random) -> None:
    newest = sorted(customers, key=lambda customer: customer.joined_at)[-_PICTURED:]
    pictured = [customer for customer in newest if rng.random() < _PICTURE_SHARE]
    for customer in pictured:
        customer.picture.save("picture.webp", draw_picture(rng), save=False)
    update_rows(Customer, ("id", "picture"), [(customer.pk, customer.picture.name) for customer in pictured])
