"""Bars for every day of a period, or for every month of a longer one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from backoffice.core.pages.charts import Bar, BarChart, bar_chart
from backoffice.core.pages.periods import Period
from backoffice.core.text.formats import Formats, weekday_name
from backoffice.core.text.periods import month_number, month_start

MOST_DAYS = 62  # of a chart; longer periods are told by month
MOST_MONTHS = 60
Sums = TypeVar("Sums")


@dataclass(frozen=True)
class DayChart:
    """`first` is the heading of the labels in its table."""

    chart: BarChart
    title: str
    first: str
    description: str


@dataclass(frozen=True)
class Told:
    """What a bar says of the sums of a day or month: its height, that in words, and the sentence of it."""

    value: int
    text: str
    title: str


def day_chart(
    days: Mapping[date, Sums],
    period: Period,
    formats: Formats,
    *,
    nothing: Sums,
    tell: Callable[[str, Sums], Told],
    titles: tuple[str, str],
    unit: int,
    scale_text: Callable[[int], str],
) -> DayChart | None:
    """`days` have sums that can be added, `nothing` those of a day without. `titles` are by day, by month.
    `tell` gets the label of a bar and its sums. None where one bar would be all."""
    if not days:
        return None
    first = period.first or min(days)
    last = min(period.last or formats.today, max(formats.today, max(days)))
    by_day = (last - first).days < MOST_DAYS
    slots = (_days if by_day else _months)(days, first, last, formats, nothing)
    if len(slots) < 2:
        return None
    bars = [
        Bar(label, (told := tell(label, sums)).title, told.value, told.text, is_now, short, lead)
        for label, short, lead, is_now, sums in slots
    ]
    highest = max(bars, key=lambda bar: bar.value)
    words = {"first": bars[0].label, "last": bars[-1].label, "highest": highest.title}
    return DayChart(
        bar_chart(bars, unit=unit, scale_text=scale_text),
        titles[0] if by_day else titles[1],
        _("Day") if by_day else _("Month"),
        _("Bar chart, %(first)s to %(last)s. Highest: %(highest)s.") % words,
    )


def _days(days, first: date, last: date, formats: Formats, nothing) -> list[tuple]:
    slots = []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        weekday = weekday_name(day.weekday(), formats.language)
        label = f"{weekday}, {formats.day(day)}"
        slots.append((label, str(day.day), weekday, day == formats.today, days.get(day, nothing)))
    return slots


def _months(days, first: date, last: date, formats: Formats, nothing) -> list[tuple]:
    end = month_number(last)
    begin = max(month_number(first), end - MOST_MONTHS + 1)
    months = dict.fromkeys(range(begin, end + 1), nothing)
    for day, sums in days.items():
        if month_number(day) in months:
            months[month_number(day)] += sums
    now = month_number(formats.today)
    return [
        (f"{formats.month(day)} {day:%y}", formats.month(day), "", number == now, sums)
        for number, sums in months.items()
        for day in [month_start(number)]
    ]
