"""How much comes from a source: events and errors by day, and when the last one came."""

from datetime import datetime, timedelta

from django.utils import timezone

from backoffice.core.database.bulk import add_to_rows
from backoffice.core.text.periods import local_day
from orders.models import ConnectedSource, SourceDay

_FRESH = timedelta(seconds=10)  # by so much the last moment may lag behind: one write less an order


def count_events(
    source: ConnectedSource, *, events: int = 0, errors: int = 0, at: datetime | None = None
) -> None:
    """Count what came `at` a moment, now unless it is said. The last statement of its transaction: all
    messages of a source meet in this row."""
    moment = at or timezone.now()
    day = local_day(moment, source.tz)
    if events:
        _note_last(source, moment)
    row = (source.pk, day, events, errors)
    add_to_rows(SourceDay, [row], keys=("connected_source_id", "day"), sums=("events", "errors"))


def _note_last(source: ConnectedSource, moment: datetime) -> None:
    last = source.last_event_at
    if source.alarmed_at is None and last is not None and moment - last < _FRESH:
        return
    older = ConnectedSource.objects.filter(pk=source.pk).exclude(last_event_at__gte=moment)
    if older.update(last_event_at=moment, alarmed_at=None):
        source.last_event_at, source.alarmed_at = moment, None
