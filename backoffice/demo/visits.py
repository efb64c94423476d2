"""Invents what customers order: where, how, when, what, and how the delivery went."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from backoffice.demo.customers import InventedCustomer
from backoffice.demo.menus import Menu
from backoffice.demo.reading import read
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine, OrderEventPayment

_SERVICES = read("habits")["services"]
_OTHER_VISITS = read("habits")["sources"]["other_visits"]
_PARTIES = read("habits")["parties"]
_ANONYMOUS_SHARE = 0.12


class VisitMaker:
    """Turns customers' visits into order events. The same random numbers make the same orders."""

    def __init__(self, locations: list[Location], menu: Menu, calendar, now: datetime, rng: Random):
        self.locations = locations
        self.menu = menu
        self.calendar = calendar
        self.now = now
        self.rng = rng
        self._number = 0
        self._weights = [[dish.weight for dish in dishes] for dishes in menu]

    def events(self, customers: list[InventedCustomer]) -> Iterator[OrderEvent]:
        """All orders up to now, oldest first, those of unknown customers among them."""
        visits = [(day, customer) for customer in customers for day in customer.visits]
        strangers = int(len(visits) * _ANONYMOUS_SHARE)
        visits += [(self.calendar.a_day(self.rng), None) for _ in range(strangers)]
        moments = []
        for day, customer in visits:
            moment = self.calendar.a_moment(self.rng, day, lunch=0.5 if customer is None else 0.28)
            moments.append((moment, len(moments), customer))
        moments.sort(key=lambda visit: visit[:2])
        for moment, _, customer in moments:
            event = self._event(moment, customer)
            if moment <= self.now:
                yield event

    def _event(self, moment: datetime, customer: InventedCustomer | None) -> OrderEvent:
        rng = self.rng
        location = self._location(customer)
        source, service = self._channel(customer, location)
        people = self._party(service)
        lines = self._lines(people, service)
        total = sum(line.quantity * line.unit_price_cents for line in lines)
        self._number += 1
        tip, discount = self._tip(service, total), total // 10 if rng.random() < 0.04 else 0
        return OrderEvent(
            external_id=f"L{self._number:06}",
            placed_at=moment,
            location=location,
            lines=lines,
            source=source,
            service_type=service,
            phone=customer.phone if customer else "",
            email=customer.email if customer else "",
            first_name=customer.first_name if customer else "",
            last_name=customer.last_name if customer else "",
            tip_cents=tip,
            discount_cents=discount,
            payments=(OrderEventPayment(self._method(source), total - discount + tip),),
            **self._course(moment, service),
        )

    def _location(self, customer: InventedCustomer | None) -> Location:
        rng = self.rng
        if customer is not None and rng.random() < 0.88:
            return self.locations[customer.home]
        return rng.choice(self.locations)

    def _channel(self, customer: InventedCustomer | None, location: Location) -> tuple[str, str]:
        rng = self.rng
        source = customer.source if customer and rng.random() < 0.75 else None
        if source not in _SERVICES:
            source = self._source_of(customer)
        services = _SERVICES[source]
        service = rng.choices(list(services), services.values())[0]
        if location in self.locations[2:3] and service == ServiceType.DELIVERY:
            service = str(ServiceType.PICKUP)
        return source, service

    def _source_of(self, customer: InventedCustomer | None) -> str:
        if customer is None:
            return str(Source.STORE)
        return self.rng.choices(list(_OTHER_VISITS), _OTHER_VISITS.values())[0]

    def _party(self, service: str) -> int:
        """How many people eat together."""
        party = _PARTIES[service]
        return self.rng.choices(party["people"], party["weights"])[0]

    def _lines(self, people: int, service: str) -> tuple[OrderEventLine, ...]:
        rng = self.rng
        mains, sides, drinks = self.menu
        counts = dict.fromkeys(rng.choices(mains, self._weights[0], k=people), 0)
        for dish in counts:
            counts[dish] = 1
        counts[next(iter(counts))] += people - len(counts)
        for dish in rng.choices(sides, self._weights[1], k=rng.randrange(people + 1)):
            counts[dish] = counts.get(dish, 0) + 1
        thirst = people + rng.randrange(people + 1) if service == ServiceType.DINE_IN else rng.randrange(2)
        for dish in rng.choices(drinks, self._weights[2], k=thirst):
            counts[dish] = counts.get(dish, 0) + 1
        return tuple(dish.line(quantity) for dish, quantity in counts.items())

    def _method(self, source: str) -> str:
        """In the words of the source; two of three pay with a card."""
        if source != Source.STORE:
            return "Karte, online"
        return "Bar" if self._number % 3 == 0 else "Karte"

    def _tip(self, service: str, total: int) -> int:
        rng = self.rng
        if service == ServiceType.DINE_IN and rng.random() < 0.62:
            return max(50, int(total * rng.uniform(0.05, 0.12)) // 50 * 50)
        if service == ServiceType.DELIVERY and rng.random() < 0.35:
            return rng.choice((100, 150, 200, 300))
        return 0

    def _course(self, moment: datetime, service: str) -> dict:
        """Status, promise and arrival; what was ordered in the last hour is still open."""
        rng = self.rng
        void = rng.random() < 0.008
        minutes = rng.choice((30, 35, 40, 45, 50))
        needed = rng.gauss(minutes - 6, 7) if rng.random() < 0.94 else minutes + rng.uniform(8, 30)
        status = OrderStatus.VOIDED if void else OrderStatus.COMPLETED
        course = {"status": str(status)}
        if service in (ServiceType.DELIVERY, ServiceType.PARTNER_DELIVERY):
            course["promised_at"] = moment + timedelta(minutes=minutes)
            course["delivered_at"] = moment + timedelta(minutes=round(max(12, needed)))
        if not void and moment > self.now - timedelta(minutes=55):
            course["status"] = str(OrderStatus.OPEN)
            course["delivered_at"] = None
        elif void:
            course["delivered_at"] = None
        return course
