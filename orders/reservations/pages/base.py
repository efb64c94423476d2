"""What the pages of reservations share: which location, which day, and the addresses between them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from backoffice.core.pages.addresses import whole_number
from backoffice.core.text.formats import Formats, formats_for
from backoffice.core.text.periods import local_day
from backoffice.staff.context import frame_of
from backoffice.staff.models import Location
from customers.choices import Degree
from orders.choices import ReservationState
from orders.models import Reservation
from orders.reservations.day import OPEN_AREA, Row

MAY_SEE, MAY_ADD, MAY_CHANGE = (f"orders.{verb}_reservation" for verb in ("view", "add", "change"))
_YEARS = (2000, 2200)


@dataclass(frozen=True)
class Choice:
    value: str
    label: object
    count: int
    is_on: bool


@dataclass(frozen=True)
class Filter:
    """One menu of the toolbar: tick any of its choices."""

    name: str
    label: str
    choices: list[Choice]


class Place:
    """The location and the day that a request asks for, on the clock of that location."""

    def __init__(self, request):
        self.request = request
        self.organisation = request.organisation
        self.now = now()

    @cached_property
    def locations(self) -> list[Location]:
        """All of the organisation, or the one that the sidebar is scoped to."""
        scope = self.request.location
        everywhere = frame_of(self.request).locations
        return [one for one in everywhere if scope is None or one.pk == scope.pk]

    @cached_property
    def location(self) -> Location:
        """The one asked for, else the first. 404 in an organisation without any."""
        wanted = whole_number(self.request.GET.get("location"), None)
        chosen = [one for one in frame_of(self.request).locations if one.pk == wanted]
        found = chosen or self.locations
        if not found:
            raise Http404
        return found[0]

    @cached_property
    def formats(self) -> Formats:
        return formats_for(self.organisation)

    @cached_property
    def today(self) -> date:
        return local_day(self.now, self.location.tz)

    @cached_property
    def day(self) -> date:
        try:
            day = date.fromisoformat(self.request.GET.get("date", ""))
        except ValueError:
            return self.today
        return day if _YEARS[0] <= day.year <= _YEARS[1] else self.today

    def address(self, name: str = "orders:reservations", **params) -> str:
        """A page of this location."""
        return f"{reverse(name)}?{urlencode({'location': self.location.pk} | params)}"

    def day_address(self, day: date) -> str:
        return self.address(date=day.isoformat())

    @property
    def iso_day(self) -> str:
        return self.day.isoformat()

    @property
    def shown_day_address(self) -> str:
        return self.day_address(self.day)

    @property
    def week_before(self) -> str:
        return self.day_address(self.day - timedelta(days=7))

    @property
    def week_after(self) -> str:
        return self.day_address(self.day + timedelta(days=7))

    @property
    def new_address(self) -> str:
        return self.address("orders:reservation-new", date=self.iso_day)

    @property
    def coming_address(self) -> str:
        return self.address("orders:coming")

    @property
    def tables_address(self) -> str:
        return self.address("orders:tables")

    @property
    def new_table_address(self) -> str:
        return self.address("orders:table-new")

    @property
    def places(self) -> list[dict]:
        """The same page of every location."""
        here, asked = self.request.path, self.request.GET.dict()
        return [
            {
                "name": one.name,
                "url": f"{here}?{urlencode(asked | {'location': one.pk})}",
                "is_shown": one.pk == self.location.pk,
            }
            for one in self.locations
        ]


def filters_of(rows: list[Row], data) -> list[Filter]:
    """State, area and loyalty degree with how many of the day have each; what nobody has is left out."""
    areas = sorted({row.area for row in rows} - {OPEN_AREA})
    offered = [
        ("state", _("Status"), ReservationState.choices, lambda row: row.reservation.state),
        ("area", _("Area"), [*((one, one) for one in areas), (OPEN_AREA, _("open"))], lambda row: row.area),
        (
            "degree",
            _("Loyalty degree"),
            [(str(one.value), one.label) for one in reversed(Degree)],
            lambda row: str(row.degree or ""),
        ),
    ]
    found = []
    for name, label, choices, value_of in offered:
        values, ticked = [value_of(row) for row in rows], data.getlist(name)
        counted = [
            Choice(value, word, values.count(value), value in ticked)
            for value, word in choices
            if value in values
        ]
        if counted:
            found.append(Filter(name, label, counted))
    return found


def get_reservation(request, pk: int) -> Reservation:
    mine = Reservation.objects.filter(organisation=request.organisation)
    return get_object_or_404(mine.select_related("organisation", "location", "customer", "table"), pk=pk)
