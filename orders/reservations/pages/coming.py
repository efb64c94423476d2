"""`/reservations/today/`: who is coming, on the screen, the phone and one printed page."""

from datetime import time

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from orders.reservations.day import DINNER, LUNCH
from orders.reservations.pages.base import MAY_SEE, Place
from orders.reservations.sheet import PARTS, WHOLE_DAY, coming_count, sheet
from orders.reservations.words import parties, people

_TITLES = {
    LUNCH: gettext_lazy("Who is coming for lunch"),
    DINNER: gettext_lazy("Who is coming this evening"),
    WHOLE_DAY: gettext_lazy("Who is coming today"),
}
_NAMES = {LUNCH: gettext_lazy("Lunch"), DINNER: gettext_lazy("Evening"), WHOLE_DAY: gettext_lazy("Whole day")}
_EVENING_FROM = time(15)  # on the clock of the location


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def coming(request):
    """Today's parties and open orders; from the afternoon on, those of the evening unless asked otherwise."""
    here = Place(request)
    if not here.locations:
        return render(request, "orders/reservations/no_location.html")
    local = here.now.astimezone(here.location.tz)
    part = request.GET.get("part", DINNER if local.time() >= _EVENING_FROM else WHOLE_DAY)
    part = part if part in PARTS else WHOLE_DAY
    arrivals = sheet(request.organisation, here.location, here.today, part, here.formats)
    context = {
        "here": here,
        "arrivals": arrivals,
        "title": _TITLES[part],
        "told": _told(here, arrivals, f"{local:%H:%M}"),
        "parts": [(here.address("orders:coming", part=one), _NAMES[one], one == part) for one in PARTS],
        "coming": coming_count(request.organisation, here.location, here.today),
    }
    return render(request, "orders/reservations/coming.html", context)


def _told(here: Place, arrivals, at: str) -> str:
    booked = [one for one in arrivals if not one.is_order]
    orders = len(arrivals) - len(booked)
    words = {
        "day": here.formats.long_day(here.today),
        "location": here.location.name,
        "parties": parties(len(booked)),
        "people": people(sum(one.people for one in booked)),
        "orders": ngettext("%(number)d open order", "%(number)d open orders", orders) % {"number": orders},
        "time": at,
    }
    return _("%(day)s, %(location)s. %(parties)s, %(people)s, %(orders)s. As of %(time)s.") % words
