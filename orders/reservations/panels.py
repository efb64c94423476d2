"""A customer's reservations on the profile: what is to come, what was, and how often nobody came."""

from dataclasses import dataclass
from datetime import datetime

from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond
from backoffice.core.text.formats import Formats
from customers.extensions import Panel
from orders.choices import HOLDING, ReservationState
from orders.models import Reservation
from orders.reservations.words import LOOKS, Look, people, place

PER_PAGE = 25
MOST_COMING = 50


@dataclass(frozen=True)
class BookedRow:
    """One reservation as text."""

    pk: int
    when: str
    iso: str
    what: str
    location: str
    note: str
    state: str
    look: Look


def reservations_of(customer, data, formats: Formats) -> Panel:
    """Coming ones, a page of the past, the number of no-shows. Three queries."""
    mine = Reservation.objects.filter(customer=customer)
    ahead = mine.filter(starts_at__gte=formats.now, state__in=HOLDING).order_by("starts_at", "pk")
    past = mine.exclude(starts_at__gte=formats.now, state__in=HOLDING).order_by("-starts_at", "-pk")
    cursor = _cursor(data.get("after"))
    if cursor is not None:
        past = beyond(past, "starts_at", "pk", cursor, descending=True)
    found = list(past.select_related("table", "location")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    return Panel(
        "orders/reservations/_customer_panel.html",
        {
            "customer": customer,
            "coming": _rows(ahead.select_related("table", "location")[:MOST_COMING], formats),
            "past": _rows(shown, formats),
            "after": Cursor(shown[-1].starts_at, shown[-1].pk).encode() if len(found) > PER_PAGE else "",
            "is_first": cursor is None,
            "no_shows": mine.filter(state=ReservationState.NO_SHOW).count(),
        },
    )


def _cursor(text: str | None) -> Cursor | None:
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None


def _rows(reservations, formats: Formats) -> list[BookedRow]:
    rows = []
    for one in reservations:
        local = one.starts_at.astimezone(one.location.tz)
        rows.append(
            BookedRow(
                pk=one.pk,
                when=f"{formats.day(local.date())}, {local:%H:%M}",
                iso=local.isoformat(),
                what=f"{people(one.party)}, {place(one)}",
                location=one.location.name,
                note=one.note,
                state=one.get_state_display(),
                look=LOOKS[one.state],
            )
        )
    return rows
