from collections.abc import Mapping
from datetime import date, time

from django.db import transaction

from backoffice.audit.services import audit
from backoffice.staff.models import ClosedDays, Location, OpeningHours


@transaction.atomic
def set_hours(location: Location, hours: Mapping[int, list[tuple[time, time]]], *, actor) -> bool:
    """Replace all hours by those given, by weekday. Says whether anything changed."""
    Location.objects.select_for_update().get(pk=location.pk)  # two who save at once would mix their hours
    wanted = {(day, *pair) for day, pairs in hours.items() for pair in pairs}
    kept = set(OpeningHours.objects.filter(location=location).values_list("weekday", "opens", "closes"))
    if wanted == kept:
        return False
    OpeningHours.objects.filter(location=location).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=opens, closes=closes)
        for day, opens, closes in sorted(wanted)
    )
    weekdays = sorted({day for day, *_pair in wanted ^ kept})
    audit(action="location.hours_changed", subject=location, actor=actor, weekdays=weekdays)
    return True


@transaction.atomic
def add_closed_days(location: Location, *, first_on: date, last_on: date, reason: str, actor) -> ClosedDays:
    days = ClosedDays.objects.create(location=location, first_on=first_on, last_on=last_on, reason=reason)
    _log("location.closed_days_added", days, actor)
    return days


@transaction.atomic
def remove_closed_days(days: ClosedDays, *, actor) -> None:
    _log("location.closed_days_removed", days, actor)
    days.delete()


def _log(action: str, days: ClosedDays, actor) -> None:
    span = {"first_on": days.first_on.isoformat(), "last_on": days.last_on.isoformat()}
    audit(action=action, subject=days.location, actor=actor, **span)
