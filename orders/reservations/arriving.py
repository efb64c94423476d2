"""Reservations that programs bring: each once, at a table that is free, or refused."""

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from orders.models import DiningTable, Reservation
from orders.reservations.booking import Origin, TableTaken, Wish, book
from orders.reservations.slots import free_tables

_TRIES = 5


class Full(Exception):
    """No table that seats so many is free in that time."""


class ReservationConflict(Exception):
    """Another reservation came under this source and number."""


@dataclass(frozen=True)
class Arrived:
    reservation: Reservation
    created: bool


@transaction.atomic
def take_reservation(*, organisation, location, wish: Wish, origin: Origin) -> Arrived:
    """Book what a program wishes; sent again under its number, it finds the first one.

    Without a table it gets the smallest one that is free and seats them, at a location that has tables.
    Raises Full, TableTaken and NoSuchTable for a table that was wished, ReservationConflict; nothing is
    written then.
    """
    if earlier := find_arrived(organisation, origin):
        return earlier
    try:
        with transaction.atomic():
            return Arrived(_book(organisation, location, wish, origin), created=True)
    except IntegrityError:  # somebody else brought the same one in the same moment
        if earlier := find_arrived(organisation, origin):
            return earlier
        raise


def find_arrived(organisation, origin: Origin) -> Arrived | None:
    """The reservation that came under this number before. Raises ReservationConflict for another one."""
    if not origin.external_id:
        return None
    same = Reservation.objects.filter(
        organisation=organisation, source=origin.source, external_id=origin.external_id
    )
    found = same.first()
    if found is not None and found.fingerprint != origin.fingerprint:
        raise ReservationConflict
    return found and Arrived(found, created=False)


def _book(organisation, location, wish: Wish, origin: Origin) -> Reservation:
    booking = {"organisation": organisation, "location": location, "origin": origin, "actor": None}
    if wish.table_id or not DiningTable.objects.filter(location=location, is_active=True).exists():
        return book(wish=wish, **booking)
    for _try in range(_TRIES):
        tables = free_tables(location, wish.starts_at, wish.minutes)
        table = next((table for table in tables if table.seats >= wish.party), None)
        if table is None:
            break
        try:
            return book(wish=replace(wish, table_id=table.pk), **booking)
        except TableTaken:  # in this moment: there may be another one
            continue
    raise Full
