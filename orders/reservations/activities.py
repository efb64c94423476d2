"""Reservations in the activity log of a customer: the audit log knows who did what."""

from datetime import datetime

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.models import AuditEntry
from backoffice.core.text.formats import Formats
from customers.extensions import ActivityFeed
from orders.models import Reservation

GROUP = "reservations"
_SAID = {
    "reservation.booked": (gettext_lazy("Reservation added"), "info", "calendar"),
    "reservation.changed": (gettext_lazy("Reservation changed"), "neutral", "pencil"),
    "reservation.requested": (gettext_lazy("Reservation requested again"), "neutral", "clock"),
    "reservation.confirmed": (gettext_lazy("Reservation confirmed"), "ok", "check"),
    "reservation.seated": (gettext_lazy("Came and was seated"), "ok", "fork-knife"),
    "reservation.done": (gettext_lazy("Left after the reservation"), "neutral", "check-circle"),
    "reservation.no_show": (gettext_lazy("Did not come"), "bad", "user-minus"),
    "reservation.cancelled": (gettext_lazy("Reservation cancelled"), "bad", "x"),
}


def reservation_feed(customer) -> ActivityFeed:
    mine = Reservation.objects.filter(customer=customer).values("pk")
    return ActivityFeed(
        GROUP,
        AuditEntry.objects.filter(
            organisation=customer.organisation, subject_type="reservation", subject_id__in=mine
        ),
        at="occurred_at",
        code=F("action"),
        text=KeyTextTransform("at", "details"),
        number=KeyTextTransform("party", "details"),
        say=_say,
        actor=F("actor__name"),
    )


def _say(action: str, at: str, party: int, formats: Formats) -> tuple[str, str, str]:
    word, tone, icon = _SAID.get(action, (action, "neutral", "calendar"))
    local = datetime.fromisoformat(at)
    words = {"what": word, "day": formats.day(local.date()), "time": f"{local:%H:%M}", "number": party}
    return _("%(what)s: %(day)s, %(time)s, %(number)d people") % words, tone, icon
