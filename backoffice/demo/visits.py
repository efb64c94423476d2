"""Invents what guests order: where, how, when, what, and how the delivery went."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from backoffice.demo.guests import Guest
from backoffice.demo.menu import Menu
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine

# How a guest that came from a source usually eats. The third location sells over the counter only.
_SERVICES = {
    Source.WEB: {ServiceType.DELIVERY: 52, ServiceType.PICKUP: 48},
    Source.STORE: {ServiceType.DINE_IN: 80, ServiceType.PICKUP: 20},
    Source.DELIVERY_PLATFORM: {ServiceType.PARTNER_DELIVERY: 100},
    Source.RESERVATION: {ServiceType.DINE_IN: 100},
}
_PEOPLE = {
    ServiceType.DINE_IN: ((1, 2, 3, 4, 6), (18, 46, 14, 16, 6)),
    ServiceType.PICKUP: ((1, 2, 3), (50, 38, 12)),
    ServiceType.DELIVERY: ((1, 2, 3, 4), (30, 42, 14, 14)),
    ServiceType.PARTNER_DELIVERY: ((1, 2, 3), (45, 42, 13)),
}
_ANONYMOUS_SHARE = 0.12


class VisitMaker:
    """Turns guests' visits into order events. The same random numbers make the same orders."""

    def __init__(self, locations: list[Location], menu: Menu, calendar, now: datetime, rng: Random):
        self.locations = locations
        self.menu = menu
        self.calendar = calendar
        self.now = now
        self.rng = rng
        self._number = 0
        self._weights = [[dish.weight for dish in dishes] for dishes in menu]

    def events(self, guests: list[Guest]) -> Iterator[OrderEvent]:
        """All orders up to now, oldest first, those of unknown guests among them."""
        visits = [(day, guest) for guest in guests for day in guest.visits]
        strangers = int(len(visits) * _ANONYMOUS_SHARE)
        visits += [(self.calendar.a_day(self.rng), None) for _ in range(strangers)]
        moments = []
        for day, guest in visits:
            moment = self.calendar.a_moment(self.rng, day, lunch=0.5 if guest is None else 0.28)
            moments.append((moment, len(moments), guest))
        moments.sort(key=lambda visit: visit[:2])
        for moment, _, guest in moments:
            event = self._event(moment, guest)
            if moment <= self.now:
                yield event

    def _event(self, moment: datetime, guest: Guest | None) -> OrderEvent:
        rng = self.rng
        location = self._location(guest)
        source, service = self._channel(guest, location)
        people = rng.choices(*_PEOPLE[service])[0]
        lines = self._lines(people, service)
        total = sum(line.quantity * line.unit_price_cents for line in lines)
        self._number += 1
        return OrderEvent(
            external_id=f"L{self._number:06}",
            placed_at=moment,
            location=location,
            lines=lines,
            source=source,
            service_type=service,
            phone=guest.phone if guest else "",
            email=guest.email if guest else "",
            first_name=guest.first_name if guest else "",
            last_name=guest.last_name if guest else "",
            tip_cents=self._tip(service, total),
            discount_cents=total // 10 if rng.random() < 0.04 else 0,
            **self._course(moment, service),
        )

    def _location(self, guest: Guest | None) -> Location:
        rng = self.rng
        if guest is not None and rng.random() < 0.88:
            return self.locations[guest.home]
        return rng.choice(self.locations)

    def _channel(self, guest: Guest | None, location: Location) -> tuple[str, str]:
        rng = self.rng
        source = guest.source if guest and rng.random() < 0.75 else None
        if source not in _SERVICES:
            source = rng.choices(list(_SERVICES), (34, 40, 12, 14))[0] if guest else Source.STORE
        services = _SERVICES[source]
        service = rng.choices(list(services), services.values())[0]
        if location in self.locations[2:3] and service == ServiceType.DELIVERY:
            service = ServiceType.PICKUP
        return str(source), str(service)

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
