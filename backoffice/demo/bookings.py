"""Invents reservations over today and the week in every state, the tables they sit at, and opening hours."""

from datetime import date, datetime, time, timedelta
from random import Random

from backoffice.core.text.periods import NoSuchTime, moment_of
from backoffice.demo.reading import read
from backoffice.staff.models import Location, Organisation
from backoffice.staff.opening_hours import add_closed_days, openings_of, set_hours
from customers.models import Customer
from orders.choices import ReservationState
from orders.models import DiningTable, Reservation
from orders.reservations import TableTaken, Wish, book, move

COUNT = 60
_BOOKINGS = read("bookings")
_BEFORE, _AFTER = 2, 5  # days around today
_CLOSED_IN = 4
_TRIES = 12  # at a table that is free
_LUNCH = [time(12), time(12, 30), time(13), time(13, 15)]
_EVENING = [
    time(18),
    time(18, 30),
    time(18, 45),
    time(19),
    time(19, 30),
    time(19, 30),
    time(20),
    time(20, 30),
]
_PARTIES = ([1, 2, 3, 4, 5, 6, 8], [1, 10, 4, 8, 3, 3, 1])
_LATE = timedelta(minutes=40)  # after which a party sits or is known not to come


class BookingMaker:
    """Books for the customers of one organisation. The same random numbers make the same bookings."""

    def __init__(
        self, organisation: Organisation, locations: list[Location], now: datetime, clerk, rng: Random
    ):
        self.organisation, self.locations, self.now = organisation, locations, now
        self.clerk, self.rng = clerk, rng
        self.words = _BOOKINGS[organisation.language]

    def make(self, customers: list[Customer], count: int = COUNT) -> list[Reservation]:
        for location in self.locations:
            self._furnish(location)
        tables = {
            one.pk: list(DiningTable.objects.filter(location=one).order_by("pk")) for one in self.locations
        }
        known = [one for one in customers if one.is_active]
        made, taken = [], set()
        for number in range(count):
            location = self.locations[0] if self.rng.random() < 0.6 else self.rng.choice(self.locations)
            # every third today, most of them where the page opens
            day = self._today(location) + timedelta(
                days=0 if number % 3 == 0 else self.rng.randint(-_BEFORE, _AFTER)
            )
            who = self.rng.choice(known) if known and self.rng.random() < 0.9 else None
            if who and (who.pk, day) in taken:
                who = None
            taken.add((who and who.pk, day))
            if booked := self._book(location, day, who, tables[location.pk]):
                made.append(self._course(booked))
        for location in self.locations:
            self._close(location)
        return made

    def _today(self, location: Location) -> date:
        return self.now.astimezone(location.tz).date()

    def _furnish(self, location: Location) -> None:
        """Tables by area, numbered through, and hours."""
        seats = [(area, one) for area, all_seats in self.words["areas"].items() for one in all_seats]
        DiningTable.objects.bulk_create(
            DiningTable(location=location, name=str(number), area=area, seats=one)
            for number, (area, one) in enumerate(seats, 1)
        )
        hours = _BOOKINGS["hours"]
        lunch, evening = tuple(hours["lunch"]), tuple(hours["evening"])
        week = {day: [evening] if day in hours["without_lunch"] else [lunch, evening] for day in range(7)}
        set_hours(location, week, actor=self.clerk)

    def _close(self, location: Location) -> None:
        day = self._today(location) + timedelta(days=_CLOSED_IN)
        reason = self.words["closed"]
        add_closed_days(location, first_on=day, last_on=day, reason=reason, actor=self.clerk)

    def _book(self, location, day: date, who: Customer | None, tables) -> Reservation | None:
        """None where no table is left, which hardly happens."""
        rng = self.rng
        party = rng.choices(*_PARTIES)[0]
        note = rng.choice(self.words["notes"]) if rng.random() < 0.45 else ""
        wanted = rng.choice(list(self.words["areas"])) if rng.random() < 0.1 else ""
        stranger = rng.choice(self.words["strangers"])
        openings = openings_of([location])[location.pk]
        fitting = [one for one in tables if one.seats >= party] or tables
        for _ in range(_TRIES):
            at = rng.choice(_LUNCH if rng.random() < 0.25 else _EVENING)
            table = rng.choice(fitting)
            if openings.closure(datetime.combine(day, at)):
                continue
            try:
                wish = Wish(
                    starts_at=moment_of(day, at, location.tz),
                    minutes=rng.choice((90, 120, 120, 150)),
                    party=party,
                    note=note,
                    area=wanted,
                    table_id=None if wanted else table.pk,
                    customer_id=who.pk if who else None,
                    name="" if who else stranger,
                    state=ReservationState.REQUESTED if rng.random() < 0.12 else ReservationState.CONFIRMED,
                )
                return book(organisation=self.organisation, location=location, wish=wish, actor=self.clerk)
            except (TableTaken, NoSuchTime):
                continue
        return None

    def _course(self, booked: Reservation) -> Reservation:
        """What became of it by now."""
        chance = self.rng.random()
        state = ReservationState
        if chance < 0.07:
            return self._move(booked, state.CANCELLED)
        if booked.starts_at > self.now - _LATE:
            return booked
        if chance < 0.2:
            return self._move(self._confirmed(booked), state.NO_SHOW)
        booked = self._move(booked, state.SEATED)
        return self._move(booked, state.DONE) if booked.ends_at < self.now else booked

    def _confirmed(self, booked: Reservation) -> Reservation:
        if booked.state == ReservationState.REQUESTED:
            return self._move(booked, ReservationState.CONFIRMED)
        return booked

    def _move(self, booked: Reservation, to: str) -> Reservation:
        return move(booked, to, seen=booked.state, actor=self.clerk)
