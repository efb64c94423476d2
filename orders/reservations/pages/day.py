"""`/reservations/`: the day and the week of a location."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.choices import ReservationState
from orders.reservations.conflicts import conflicts
from orders.reservations.day import day_rows, matching, parts, told, week
from orders.reservations.pages.base import MAY_SEE, Place, filters_of
from orders.reservations.sheet import coming_count
from orders.reservations.words import place, why_closed


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def reservations(request):
    """A day of a location with its week; `?conflicts=1`: what lies outside the opening hours."""
    here = Place(request)
    if "conflicts" in request.GET:
        return _show_conflicts(request, here)
    if not here.locations:
        return render(request, "orders/reservations/no_location.html")
    rows = day_rows(request.organisation, here.location, here.day, here.formats, here.now)
    query = request.GET.get("q", "")[:100].replace("\x00", "")
    ticked = {name: request.GET.getlist(name) for name in ("state", "area", "degree")}
    found = matching(rows, query, ticked["state"], ticked["area"], ticked["degree"])
    context = {"here": here, "parts": parts(found), "rows": rows, "query": query}
    if request.htmx:
        return render(request, "orders/reservations/_day_table.html", context)
    context |= {
        "week": [
            (here.day_address(one.day), one)
            for one in week(request.organisation, here.location, here.day, here.today, here.formats)
        ],
        "long_day": here.formats.long_day(here.day),
        "filters": filters_of(rows, request.GET),
        "told": told(rows),
        "day_count": sum(not row.is_gone for row in rows),
        "requests": sum(row.reservation.state == ReservationState.REQUESTED for row in rows),
        "coming": coming_count(request.organisation, here.location, here.today),
    }
    return render(request, "orders/reservations/day.html", context)


def _show_conflicts(request, here: Place):
    found = conflicts(request.organisation, here.locations, here.now)
    rows = [
        {
            "reservation": one.reservation,
            "when": here.formats.day(one.reservation.starts_on),
            "at": f"{one.reservation.starts_at.astimezone(one.reservation.location.tz):%H:%M}",
            "place": place(one.reservation),
            "why": why_closed(one.closure, here.formats),
        }
        for one in found
    ]
    return render(request, "orders/reservations/conflicts.html", {"rows": rows})
