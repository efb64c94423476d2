"""Adding and changing a reservation."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.core.text.names import split_name
from backoffice.core.text.periods import local_day
from customers.choices import Module, Source
from customers.figures import FigureChanges, changing_statistics
from customers.locks import lock_customers
from customers.models import Customer
from customers.records import Contact, match_many
from orders.choices import CAME, ReservationState
from orders.models import DiningTable, Reservation
from orders.reservations.slots import TableTaken, hold, lock_tables
from orders.visits import mark_visits_due

__all__ = ["NoSuchTable", "Origin", "StaleReservation", "TableTaken", "Wish", "book", "change"]
_SPAN = ("starts_at", "minutes", "party", "table_id", "area", "note", "is_booked_anyway", "name", "phone")


class NoSuchTable(Exception):
    """The table stands in another location."""


class StaleReservation(Exception):
    """Somebody else saved it meanwhile; nothing was written."""


@dataclass(frozen=True)
class Wish:
    """What is wanted. `starts_at` is aware, on a quarter of an hour; `phone` is E.164 or empty.

    `customer_id` says who it is; without it the customer with this phone or e-mail is found or created. A
    name without them stays on the reservation alone, as does everybody while the module is off (PRODUCT C1).
    """

    starts_at: datetime
    minutes: int
    party: int
    name: str = ""
    phone: str = ""
    email: str = ""
    customer_id: int | None = None
    table_id: int | None = None
    area: str = ""
    note: str = ""
    state: str = ReservationState.CONFIRMED
    is_booked_anyway: bool = False


@dataclass(frozen=True)
class Origin:
    """The program that brings a reservation, its own number for it or none, and the SHA-256 of what it
    sent."""

    source: str
    external_id: str = ""
    fingerprint: str = ""


@transaction.atomic
def book(*, organisation, location, wish: Wish, actor, origin: Origin | None = None) -> Reservation:
    """Store a reservation, its slots, and its customer if it is a new one.

    Locks the customer, then the table. Raises TableTaken and NoSuchTable; nothing is written then.
    """
    reservation = Reservation(organisation=organisation, location=location, state=wish.state)
    for name, value in (asdict(origin) if origin else {}).items():
        setattr(reservation, name, value)
    _name(reservation, wish)
    _write(reservation, wish)
    if reservation.state in CAME:
        mark_visits_due([reservation.customer_id])
    audit(action="reservation.booked", subject=reservation, actor=actor, **what(reservation))
    return reservation


@transaction.atomic
def change(reservation: Reservation, *, wish: Wish, actor, seen: str = "") -> list[str]:
    """Change what is wished and return the names of the fields that changed; the state stays as it is.

    Locks the customer, then the reservation, then the tables. `seen` is its `updated_at` (ISO) when
    it was opened: another one raises StaleReservation. Raises TableTaken and NoSuchTable.
    """
    named = Reservation(organisation=reservation.organisation, location=reservation.location)
    _name(named, wish)
    locked = _lock(reservation)
    if seen and locked.updated_at.isoformat() != seen:
        raise StaleReservation
    before = {name: getattr(locked, name) for name in (*_SPAN, "customer_id")}
    held = locked.table_id
    locked.customer_id, locked.name, locked.phone = named.customer_id, named.name, named.phone
    _write(locked, wish, held)
    changed = sorted(name.removesuffix("_id") for name, old in before.items() if getattr(locked, name) != old)
    if changed and locked.state in CAME:
        mark_visits_due([before["customer_id"], locked.customer_id])
    if changed:
        audit(action="reservation.changed", subject=locked, actor=actor, fields=changed, **what(locked))
    return changed


def _lock(reservation: Reservation) -> Reservation:
    mine = Reservation.objects.select_related("organisation", "location")
    return mine.select_for_update(of=("self",), no_key=True).get(pk=reservation.pk)


def _name(reservation: Reservation, wish: Wish) -> None:
    """Say who comes, and note that this customer reserves."""
    organisation = reservation.organisation
    if wish.customer_id is not None:
        customer = lock_customers(organisation, [wish.customer_id])[0]
        _note_module(organisation, customer)
    elif (wish.phone or wish.email) and organisation.collects_customers:
        first_name, last_name = split_name(wish.name)
        contact = Contact(
            location_id=reservation.location.pk,
            source=Source.RESERVATION,
            phone=wish.phone,
            email=wish.email,
            first_name=first_name[:80],
            last_name=last_name[:80],
            module_bits=int(Module.RESERVATIONS),
        )
        customer = match_many(organisation=organisation, contacts=[contact]).customers[0]
    else:
        customer = None
    reservation.customer = customer
    if customer is None:
        reservation.name, reservation.phone = wish.name, wish.phone


def _note_module(organisation, customer: Customer) -> None:
    if customer.module_bits & Module.RESERVATIONS:
        return
    changes = FigureChanges(organisation)
    with changing_statistics(organisation, [customer], changes):
        customer.module_bits |= int(Module.RESERVATIONS)
    changes.write()


def _write(reservation: Reservation, wish: Wish, held: int | None = None) -> None:
    location = reservation.location
    lock_tables([held, wish.table_id])
    own = DiningTable.objects.filter(location=location, pk=wish.table_id)
    if wish.table_id and not own.exists():
        raise NoSuchTable
    for name in ("starts_at", "minutes", "party", "table_id", "area", "note", "is_booked_anyway"):
        setattr(reservation, name, getattr(wish, name))
    reservation.starts_on = local_day(wish.starts_at, location.tz)
    reservation.updated_at = timezone.now()
    reservation.save()
    hold(reservation)


def what(reservation: Reservation) -> dict:
    """What the log says of a reservation: when, on the clock of the location, and how many come."""
    local = reservation.starts_at.astimezone(reservation.location.tz)
    return {"at": f"{local:%Y-%m-%dT%H:%M}", "party": reservation.party}
