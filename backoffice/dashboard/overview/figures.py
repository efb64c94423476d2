"""Sums of the last month: today beside the same weekday a week ago, and where customers come from."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from backoffice.core.text.money import divide
from backoffice.staff.models import Location, Organisation
from customers.choices import Source
from customers.models import DailyFigures

NEW_DAYS = 30
_WEEK = timedelta(days=7)
_READ = ("day", "location__name", "source", "joined", "receipts", "revenue_cents", "deliveries", "late")


@dataclass(frozen=True)
class Tile:
    """`change` compares with the same weekday a week before: (text, 1, 0 or -1)."""

    label: str
    value: str
    small: str = ""
    change: tuple[str, int] | None = None
    foot: str = ""


@dataclass(frozen=True)
class Place:
    name: str
    orders: str
    revenue: str


@dataclass(frozen=True)
class Bar:
    """`width` in per cent of the longest."""

    label: str
    count: str
    share: str
    width: float


def rows_of(organisation: Organisation, location: Location | None, today: date) -> list[dict]:
    """One query: as many rows as there are days, places and sources."""
    found = DailyFigures.objects.filter(organisation=organisation, day__gt=today - timedelta(days=NEW_DAYS))
    return list((found.filter(location=location) if location else found).values(*_READ))


def tiles(rows: list[dict], today: date, running: int, formats: Formats) -> list[Tile]:
    now, before = _sum(rows, today), _sum(rows, today - _WEEK)
    on_time = now["deliveries"] - now["late"]
    of_all = _("%(part)s of %(all)s") % {"part": on_time, "all": now["deliveries"]}
    late = _("%(count)d late") % {"count": now["late"]}
    return [
        Tile(
            _("Revenue"),
            formats.money(now["revenue_cents"]),
            change=_change(now["revenue_cents"], before["revenue_cents"], formats),
        ),
        Tile(
            _("Receipts"),
            formats.number(now["receipts"]),
            _("%(count)d open") % {"count": running} if running else "",
            _change(now["receipts"], before["receipts"], formats),
        ),
        Tile(
            _("Average order value"),
            formats.money(_average(now)) or "–",
            change=_change(_average(now) or 0, _average(before) or 0, formats),
        ),
        Tile(
            _("Delivered on time"),
            formats.share(on_time, now["deliveries"]) or "–",
            of_all if now["deliveries"] else "",
            foot=late if now["late"] else "",
        ),
    ]


def places(rows: list[dict], today: date, formats: Formats) -> list[Place]:
    """What came in today at each location; nothing where it is one anyway."""
    names = sorted({row["location__name"] for row in rows})
    sums = [(name, _sum([row for row in rows if row["location__name"] == name], today)) for name in names]
    shown = [
        Place(name, formats.number(one["receipts"]), formats.money(one["revenue_cents"]))
        for name, one in sums
    ]
    return shown if len(shown) > 1 else []


def new_customers(rows: list[dict], formats: Formats) -> list[Bar]:
    """By source, the most first."""
    joined = Counter()
    for row in rows:
        joined[row["source"]] += row["joined"]
    ranked = [(source, count) for source, count in joined.most_common() if count > 0]
    whole = sum(count for _source, count in ranked)
    return [
        Bar(
            str(Source(source).label),
            formats.number(count),
            formats.whole_percent(divide(100 * count, whole)),
            round(100 * count / ranked[0][1], 2),
        )
        for source, count in ranked
    ]


def _sum(rows: list[dict], day: date) -> Counter:
    counted = Counter()
    for row in rows:
        if row["day"] == day:
            for name in _READ[3:]:
                counted[name] += row[name]
    return counted


def _average(sums: Counter) -> int | None:
    return divide(sums["revenue_cents"], sums["receipts"]) if sums["receipts"] else None


def _change(now: int, before: int, formats: Formats) -> tuple[str, int] | None:
    """None where there is nothing to compare with."""
    if not now or not before:
        return None
    percent = (now - before) * 100 / before
    return formats.percent(abs(percent)), (percent > 0) - (percent < 0)
