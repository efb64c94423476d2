"""Bookings that lie outside the hours of their location: asked about when made, listed when hours change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.staff.opening_hours import Closure, openings_of
from orders.choices import ReservationState
from orders.models import Reservation

MOST = 500  # of the next ones to come are looked at


@dataclass(frozen=True)
class Conflict:
    reservation: Reservation
    closure: Closure


def closure_at(location, starts_at: datetime) -> Closure | None:
    """Why the location is closed then; None when it is open. Two queries."""
    local = starts_at.astimezone(location.tz)
    return openings_of([location])[location.pk].closure(local.replace(tzinfo=None))


def conflicts(organisation, locations, now: datetime) -> list[Conflict]:
    """Reservations to come at these locations for which they are closed, the next first. Three queries."""
    by_id = {location.pk: location for location in locations}
    openings = openings_of(locations)
    coming = Reservation.objects.filter(
        organisation=organisation,
        location__in=by_id,
        starts_on__gte=now.date() - timedelta(days=1),  # by an index; the clock there may be behind
        starts_at__gte=now,
        state__in=[ReservationState.REQUESTED, ReservationState.CONFIRMED],
    )
    found = []
    for one in coming.select_related("customer", "table").order_by("starts_at", "pk")[:MOST]:
        one.location = by_id[one.location_id]
        local = one.starts_at.astimezone(one.location.tz).replace(tzinfo=None)
        if closure := openings[one.location_id].closure(local):
            found.append(Conflict(one, closure))
    return found
