"""When a source is silent for longer than it ever is, by its own rate and the hours of the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from backoffice.staff.models import Membership, User
from backoffice.staff.opening_hours import Openings, openings_of
from orders.models import ConnectedSource, SourceDay
from orders.sources.mail import send_alarm

DAYS = 28
_LEAST_EVENTS, _LEAST_DAYS = 20, 5
# so many events are missing before we say so: by chance that happens about once in three thousand times
_MISSING = 8
_STEP = timedelta(minutes=15)
_LONGEST = timedelta(days=14)


@dataclass(frozen=True)
class Rhythm:
    """How a source usually sends: events a day with any, and minutes of opening between two of them.

    None when too little is known. `expected` is how many should have come since the last one.
    """

    per_day: int = 0
    every_minutes: float | None = None
    expected: float = 0

    @property
    def is_broken(self) -> bool:
        return self.expected >= _MISSING


def rhythms_of(sources: Iterable[ConnectedSource], *, now: datetime) -> dict[int, Rhythm]:
    """By source. Three queries, however many sources."""
    sources = list(sources)
    openings = openings_of({one.location_id for one in sources} - {None})
    today = now.date()
    days = SourceDay.objects.filter(
        connected_source__in=sources, events__gt=0, day__gte=today - timedelta(days=DAYS), day__lt=today
    )
    sums = days.values("connected_source").annotate(sum=Sum("events"), days=Count("pk"))
    counted = {row["connected_source"]: (row["sum"], row["days"]) for row in sums}
    always = Openings()
    return {
        one.pk: _rhythm(one, *counted.get(one.pk, (0, 0)), openings.get(one.location_id, always), now)
        for one in sources
    }


def _rhythm(source: ConnectedSource, events: int, days: int, openings: Openings, now: datetime) -> Rhythm:
    per_day = round(events / days) if days else 0
    if events < _LEAST_EVENTS or days < _LEAST_DAYS or source.last_event_at is None:
        return Rhythm(per_day)
    known_days = min(DAYS, max(days, (now - source.created_at).days))
    minutes = open_minutes(openings, now - timedelta(days=known_days), now, source.tz)
    if not minutes:
        return Rhythm(per_day)
    every = minutes / events
    since = max(source.last_event_at, now - _LONGEST)
    return Rhythm(per_day, every, open_minutes(openings, since, now, source.tz) / every)


def open_minutes(openings: Openings, start: datetime, end: datetime, tz) -> int:
    """Minutes between two moments in which the house takes customers, by the quarter of an hour."""
    if not openings.by_weekday and not openings.closed:
        return int((end - start).total_seconds() // 60)
    step, minutes = int(_STEP.total_seconds() // 60), 0
    moment = start
    while moment < end:
        if openings.closure(moment.astimezone(tz)) is None:
            minutes += min(step, int((end - moment).total_seconds() // 60))
        moment += _STEP
    return minutes


def look_for_silence() -> None:
    """Every five minutes: tell those who connect sources, once, that one has fallen silent."""
    now = timezone.now()
    heard = ConnectedSource.objects.filter(is_on=True, alarmed_at=None, last_event_at__isnull=False)
    heard = heard.exclude(muted_until__gt=now).select_related("organisation", "location")
    sources = list(heard)
    rhythms = rhythms_of(sources, now=now)
    for source in sources:
        if rhythms[source.pk].is_broken:
            _alarm(source, now)


@transaction.atomic
def _alarm(source: ConnectedSource, now: datetime) -> None:
    """Of several workers one tells it."""
    quiet = ConnectedSource.objects.filter(pk=source.pk, alarmed_at=None, last_event_at=source.last_event_at)
    if not quiet.update(alarmed_at=now):
        return
    hours = int((now - source.last_event_at).total_seconds() // 3600)
    for person in _watchers(source):
        send_alarm(person, source, hours=hours)


def _watchers(source: ConnectedSource) -> list[User]:
    """Everybody who may connect sources in this organisation."""
    members = Membership.objects.filter(
        organisation=source.organisation,
        is_active=True,
        user__is_active=True,
        group__permissions__codename="manage_source",
    )
    return [member.user for member in members.select_related("user").order_by("pk")]
