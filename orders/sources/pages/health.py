"""How each source is, in words, bars and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.imports import runs
from backoffice.imports.pages.phases import CHECKED, STOPPED, UNCHECKED, UNREAD, phase_of
from customers.choices import Source
from orders.choices import SourceKind
from orders.importing import is_clear
from orders.models import ConnectedSource, OrderImport, SourceDay, SourceEvent
from orders.sources.formats import VENDORS, format_of
from orders.sources.pulling import can_pull
from orders.sources.silence import Rhythm, rhythms_of

BARS = 30
_HEIGHT, _LEAST = 30, 2  # of the drawing; a day with anything is seen
_TO_DO = (SourceEvent.State.FAILED, SourceEvent.State.REFUSED, SourceEvent.State.HELD)


@dataclass(frozen=True)
class Health:
    word: object
    icon: str
    tone: str
    more: str = ""


@dataclass(frozen=True)
class Bar:
    """One day: `x` in per cent of the width, `y` and `height` in pixels, as SVG writes numbers."""

    x: str
    y: str
    height: str
    kind: str


@dataclass
class SourceRow:
    """A source with what its line shows; `last_file` is the one of a folder that waits, else the last."""

    source: ConnectedSource
    rhythm: Rhythm
    today: date
    days: dict[date, SourceDay] = field(default_factory=dict)
    to_do: int = 0
    last_file: OrderImport | None = None
    now: datetime | None = None

    @property
    def is_silent(self) -> bool:
        muted = self.source.muted_until is not None and self.source.muted_until > self.now
        return self.source.is_on and self.rhythm.is_broken and not muted

    @property
    def hours(self) -> int:
        return int((self.now - self.source.last_event_at).total_seconds() // 3600)

    @property
    def icon(self) -> str:
        return Source(self.source.source).icon

    @property
    def can_pull(self) -> bool:
        return can_pull(self.source)

    @property
    def sends_messages(self) -> bool:
        return self.source.kind != SourceKind.FOLDER

    @property
    def can_check(self) -> bool:
        """Whether its vendor has an API that can be asked."""
        return self.source.kind in VENDORS and format_of(self.source.kind).API_URL is not None

    @property
    def way(self) -> str:
        if self.source.kind == SourceKind.FOLDER:
            return _("Files in a folder, every minute")
        return self.source.get_kind_display()

    @property
    def health(self) -> Health:
        source = self.source
        if not source.is_on:
            by = source.switched_by
            return Health(_("Off"), "minus-circle", "neutral", _("by %(name)s") % {"name": by} if by else "")
        if source.problem:
            return Health(_("Fault"), "x-circle", "bad", source.problem)
        if self.is_silent:
            return Health(_silent_for(self.hours), "x-circle", "bad", self.usual)
        if self.last_file is not None and (_waits(self.last_file) or phase_of(self.last_file) is STOPPED):
            return Health(_("Needs you"), "warn", "warn")
        today = self.days.get(self.today)
        if today is not None and today.errors:
            values = {"errors": today.errors, "events": today.events}
            return Health(_("Errors"), "warn", "warn", _("%(errors)d of %(events)d today") % values)
        if source.last_event_at is None and self.last_file is None:
            is_folder = source.kind == SourceKind.FOLDER
            word = _("Waits for its first file") if is_folder else _("Waits for its first message")
            return Health(word, "clock", "neutral")
        return Health(_("In order"), "check-circle", "ok", self.usual)

    @property
    def usual(self) -> str:
        every = self.rhythm.every_minutes
        if every is None:
            return ""
        if every < 90:
            return _("usually every %(minutes)d min.") % {"minutes": max(1, round(every))}
        return _("usually every %(hours)d hrs.") % {"hours": round(every / 60)}

    @property
    def bars(self) -> list[Bar]:
        first = self.today - timedelta(days=BARS - 1)
        most = max((day.events for day in self.days.values()), default=0) or 1
        return [self._bar(n, first + timedelta(days=n), most) for n in range(BARS)]

    def _bar(self, position: int, day: date, most: int) -> Bar:
        counted = self.days.get(day)
        x = f"{position * 100 / BARS + 0.5:.2f}"
        if counted is None or not counted.events:
            kind = "day--none" if day == self.today and self.is_silent else "day--zero"
            return Bar(x, "20.5", "11", kind)
        height = max(_LEAST, round(counted.events / most * _HEIGHT, 1))
        kind = "day--error" if counted.errors else "day--now" if day == self.today else ""
        return Bar(x, f"{32 - height:.1f}", f"{height:.1f}", kind)

    @property
    def summary(self) -> str:
        """What the bars say, for those who do not see them."""
        bad = sum(1 for day in self.days.values() if day.errors)
        text = _("%(name)s, 30 days: %(count)d events a day on average") % {
            "name": self.source.name,
            "count": self.rhythm.per_day,
        }
        errors = ngettext("errors on %(count)d day", "errors on %(count)d days", bad) % {"count": bad}
        return f"{text}, {errors}" if bad else text


def _silent_for(hours: int) -> str:
    return _("Silent for %(hours)d hrs.") % {"hours": hours}


def _waits(run: OrderImport) -> bool:
    phase = phase_of(run)
    return phase in (UNREAD, CHECKED) or (phase is UNCHECKED and not is_clear(run))


def rows_of(sources: Iterable[ConnectedSource], *, now: datetime) -> list[SourceRow]:
    """Seven queries, however many sources."""
    sources = list(sources)
    rhythms = rhythms_of(sources, now=now)
    rows = {
        one.pk: SourceRow(one, rhythms[one.pk], now.astimezone(one.tz).date(), now=now) for one in sources
    }
    first = now.date() - timedelta(days=BARS)
    for day in SourceDay.objects.filter(connected_source__in=sources, day__gte=first):
        rows[day.connected_source_id].days[day.day] = day
    to_do = SourceEvent.objects.filter(connected_source__in=sources, state__in=_TO_DO)
    for count in to_do.values("connected_source").annotate(count=Count("pk")):
        rows[count["connected_source"]].to_do = count["count"]
    for run in _files_of([one for one in sources if one.kind == SourceKind.FOLDER]):
        row = rows[run.sent_by_id]
        if row.last_file is None or _waits(run):
            row.last_file = runs.settle(run)
    return list(rows.values())


def _files_of(folders: list[ConnectedSource]) -> Iterable[OrderImport]:
    """The last file of each folder, and all that wait for somebody; newest first."""
    if not folders:
        return []
    last = OrderImport.objects.filter(sent_by__in=folders).values("sent_by").annotate(last=Max("pk"))
    shown = Q(pk__in=[one["last"] for one in last])
    shown |= Q(sent_by__in=folders, state__in=OrderImport.WAITING)
    return OrderImport.objects.filter(shown).select_related("job", "actor").order_by("-pk")


@dataclass(frozen=True)
class Trouble:
    """Messages of one source that wait for the same reason."""

    source: ConnectedSource
    code: str
    count: int
    example: SourceEvent


def troubles_of(sources: Iterable[ConnectedSource]) -> list[Trouble]:
    """What did not arrive, the newest first. Two queries."""
    by_id = {one.pk: one for one in sources}
    waiting = SourceEvent.objects.filter(connected_source__in=by_id, state__in=_TO_DO, body__isnull=False)
    groups = waiting.values("connected_source", "state", "code").annotate(count=Count("pk"), last=Max("pk"))
    groups = sorted(groups, key=lambda group: -group["last"])
    examples = SourceEvent.objects.in_bulk([group["last"] for group in groups])
    return [
        Trouble(
            by_id[group["connected_source"]],
            code_of(examples[group["last"]]),
            group["count"],
            examples[group["last"]],
        )
        for group in groups
        if group["last"] in examples
    ]


_CODES = {SourceEvent.State.REFUSED: "unsigned", SourceEvent.State.HELD: "held"}


def code_of(event: SourceEvent) -> str:
    """Why it waits, as `orders.sources.words` names it; empty when it does not."""
    return _CODES.get(event.state, event.code)
