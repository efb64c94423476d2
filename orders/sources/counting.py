"""How much comes from a source: events and errors by day, and when the last one came."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from backoffice.core.text.periods import local_day
from orders.models import ConnectedSource, SourceDay


def count_events(
    source: ConnectedSource, *, events: int = 0, errors: int = 0, at: datetime | None = None
) -> None:
    """Count what came `at` a moment, now unless it is said."""
    moment = at or timezone.now()
    day = local_day(moment, source.tz)
    added = {"events": F("events") + events, "errors": F("errors") + errors}
    if not source.days.filter(day=day).update(**added):
        try:
            with transaction.atomic():
                SourceDay.objects.create(connected_source=source, day=day, events=events, errors=errors)
        except IntegrityError:  # somebody else began the day
            source.days.filter(day=day).update(**added)
    if events:
        latest = ConnectedSource.objects.filter(pk=source.pk).exclude(last_event_at__gte=moment)
        latest.update(last_event_at=moment, alarmed_at=None)
