"""How a reservation is told: its state, its time, who comes, where they sit."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.core.text.formats import Formats
from backoffice.staff.opening_hours import Closure
from orders.choices import ReservationState

_S = ReservationState


@dataclass(frozen=True)
class Look:
    tone: str
    icon: str
    verb: object  # what the press that leads here is called


LOOKS = {
    _S.REQUESTED: Look("warn", "clock", gettext_lazy("Back to requested")),
    _S.CONFIRMED: Look("ok", "check", gettext_lazy("Confirm")),
    _S.SEATED: Look("info", "fork-knife", gettext_lazy("Seat")),
    _S.DONE: Look("neutral", "check-circle", gettext_lazy("Has left")),
    _S.NO_SHOW: Look("bad", "user-minus", gettext_lazy("Did not come")),
    _S.CANCELLED: Look("bad", "x", gettext_lazy("Cancel the reservation")),
}
SAID = {
    _S.REQUESTED: gettext_lazy("%(name)s is a request again."),
    _S.CONFIRMED: gettext_lazy("%(name)s is confirmed."),
    _S.SEATED: gettext_lazy("%(name)s is at the table."),
    _S.DONE: gettext_lazy("%(name)s has left."),
    _S.NO_SHOW: gettext_lazy("%(name)s did not come."),
    _S.CANCELLED: gettext_lazy("The reservation of %(name)s is called off."),
}


def people(number: int) -> str:
    return ngettext("%(number)d person", "%(number)d people", number) % {"number": number}


def parties(number: int) -> str:
    return ngettext("%(number)d reservation", "%(number)d reservations", number) % {"number": number}


def duration(minutes: int) -> str:
    """`1:30 h`."""
    return f"{minutes // 60}:{minutes % 60:02}\u00a0h"


def place(reservation) -> str:
    """`Table 4`, the wished area, or that nothing is chosen yet."""
    if reservation.table:
        return _("Table %(name)s") % {"name": reservation.table.name}
    return reservation.area or _("table open")


def why_closed(closure: Closure, formats: Formats) -> str:
    """Why nobody is served then, as a sentence."""
    if closure.closed:
        reason = closure.closed.reason
        return (
            _("The location is closed on this day: %(reason)s.") % {"reason": reason}
            if reason
            else _("The location is closed on this day.")
        )
    if not closure.hours:
        return _("The location is closed on this weekday.")
    hours = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in closure.hours)
    return _("This is outside the opening hours of the day (%(hours)s).") % {"hours": hours}
