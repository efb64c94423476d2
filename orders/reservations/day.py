"""The reservations of one location on one day, as rows, and the week around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from backoffice.core.text.formats import LOCALES, Formats
from backoffice.core.text.phones import search_digits, typed_digits
from backoffice.core.text.text import fold
from customers.rhythm import VisitHistory
from orders.choices import GONE, ReservationState
from orders.models import Reservation
from orders.reservations.states import NEXT
from orders.reservations.words import LOOKS, Look, parties, people, place
from orders.visits import visit_histories

EVENING = time(16)  # the day is shown in two parts
ASKED_AFTER = timedelta(minutes=15)  # the time of a party that nobody has seen yet
OPEN_AREA = "-"  # the value of the filter for parties without table and wish
LUNCH, DINNER = "lunch", "evening"


@dataclass(frozen=True)
class Step:
    """What a press leads to; `move` is what it sends: the state that was seen, and the new one."""

    move: str
    look: Look


@dataclass(frozen=True)
class Row:
    """One party as text; `history` is None for whoever is no customer."""

    reservation: Reservation
    starts: str
    ends: str
    iso: str
    part: str
    place: str
    history: VisitHistory | None
    no_shows: int
    state: str
    look: Look
    steps: list[Step]
    asks: bool

    @property
    def is_gone(self) -> bool:
        return self.reservation.state in GONE

    @property
    def has_hint(self) -> bool:
        return bool(self.no_shows or self.reservation.note)

    @property
    def is_tight(self) -> bool:
        """More people than the table has seats: told, not refused."""
        table = self.reservation.table
        return bool(table) and self.reservation.party > table.seats

    @property
    def area(self) -> str:
        table = self.reservation.table
        return (table.area if table else self.reservation.area) or OPEN_AREA

    @property
    def degree(self):
        return self.history.degree if self.history else None


@dataclass(frozen=True)
class Part:
    """Lunch or evening with its rows and how many come."""

    title: str
    told: str
    rows: list[Row]


@dataclass(frozen=True)
class WeekDay:
    day: date
    name: str
    number: str
    people: int
    told: str
    is_shown: bool
    is_today: bool


def day_rows(organisation, location, day: date, formats: Formats, now: datetime) -> list[Row]:
    """All of the day, the earliest first. Five queries at most."""
    found = Reservation.objects.filter(organisation=organisation, location=location, starts_on=day)
    found = list(found.select_related("customer", "table").order_by("starts_at", "pk"))
    ids = {one.customer_id for one in found if one.customer_id}
    histories = visit_histories(organisation, ids, today=day, before=day)
    missed = no_shows(organisation, ids, but={one.pk for one in found})
    rows = []
    for one in found:
        one.location, history = location, histories.get(one.customer_id)
        rows.append(_row(one, history, missed.get(one.customer_id, 0), now))
    return rows


def _row(one: Reservation, history, missed: int, now: datetime) -> Row:
    zone = one.location.tz
    starts = one.starts_at.astimezone(zone)
    return Row(
        reservation=one,
        starts=f"{starts:%H:%M}",
        ends=f"{one.ends_at.astimezone(zone):%H:%M}",
        iso=starts.isoformat(),
        part=DINNER if starts.time() >= EVENING else LUNCH,
        place=place(one),
        history=history,
        no_shows=missed,
        state=one.get_state_display(),
        look=LOOKS[one.state],
        steps=[Step(f"{one.state}:{state}", LOOKS[state]) for state in NEXT[one.state]],
        asks=one.state == ReservationState.CONFIRMED and now >= one.starts_at + ASKED_AFTER,
    )


def no_shows(organisation, customer_ids: Iterable[int], *, but: Iterable[int] = ()) -> dict[int, int]:
    """How often each of them did not come, the reservations `but` left out. One query."""
    ids = list(customer_ids)
    if not ids:
        return {}
    missed = Reservation.objects.filter(
        organisation=organisation, customer__in=ids, state=ReservationState.NO_SHOW
    ).exclude(pk__in=list(but))
    return dict(missed.order_by().values_list("customer_id").annotate(Count("pk")))


def matching(rows: Iterable[Row], query: str, states, areas, degrees) -> list[Row]:
    """Rows that fit the search (name, phone, table) and the ticked choices; nothing ticked means all."""
    words, digits = fold(query).split(), typed_digits(query) if len(query) < 40 else ""
    return [
        row
        for row in rows
        if (not states or row.reservation.state in states)
        and (not areas or row.area in areas)
        and (not degrees or str(row.degree or "") in degrees)
        and (_says(row, words) or (len(digits) >= 3 and digits in _numbers(row.reservation)))
    ]


def _says(row: Row, words: list[str]) -> bool:
    said = fold(f"{row.reservation.shown_name} {row.place} {row.area}")
    return all(word in said for word in words)


def _numbers(one: Reservation) -> str:
    customer = one.customer
    found = (customer.phone, customer.phone2) if customer else (one.phone,)
    return " ".join(map(search_digits, found))


def parts(rows: list[Row]) -> list[Part]:
    """The rows by lunch and evening; those who do not come are listed and not counted."""
    titles = {LUNCH: _("Lunch"), DINNER: _("Evening")}
    by_part = {name: [row for row in rows if row.part == name] for name in titles}
    return [Part(titles[name], told(found), found) for name, found in by_part.items() if found]


def told(rows: Iterable[Row]) -> str:
    """`2 reservations, 6 people`."""
    coming = [row.reservation.party for row in rows if not row.is_gone]
    return f"{parties(len(coming))}, {people(sum(coming))}"


def week(organisation, location, day: date, today: date, formats: Formats) -> list[WeekDay]:
    """The seven days around `day` with the people who come. One query."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    booked = Reservation.objects.filter(
        organisation=organisation, location=location, starts_on__range=(days[0], days[-1])
    ).filter(~Q(state__in=GONE))
    by_day = dict(booked.order_by().values_list("starts_on").annotate(Sum("party")))
    locale = LOCALES[formats.language]
    return [
        WeekDay(
            day=one,
            name=_("Today") if one == today else format_date(one, "EEE", locale=locale).rstrip("."),
            number=f"{one.day}." if formats.language == "de" else str(one.day),
            people=by_day.get(one, 0),
            told=f"{formats.long_day(one)}, {people(by_day.get(one, 0))}",
            is_shown=one == day,
            is_today=one == today,
        )
        for one in days
    ]
