"""What the report shows above its receipts: totals as tiles, revenue by day or month."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from backoffice.core.pages.charts import Bar, BarChart, bar_chart
from backoffice.core.pages.lists import (
    Address,
    Chip,
    FilterField,
    Heading,
    filter_field,
    filter_value,
    heading,
)
from backoffice.core.pages.periods import Period
from backoffice.core.text.formats import Formats, full_month_name, weekday_name
from backoffice.core.text.periods import month_number, month_start
from customers.choices import Source
from orders.choices import ServiceType
from orders.report.filters import CUSTOMER, STATUSES
from orders.report.state import ReportState
from orders.report.totals import Sums, Totals

MOST_DAYS = 62  # of a chart; longer periods are told by month
MOST_MONTHS = 60
QUICK_FILTERS = ("location", "source", "service", "status")


@dataclass(frozen=True)
class ReportTile:
    """A total. `change` compares it with the same days of the month before: (text, direction)."""

    label: str
    value: str
    foot: str = ""
    change: tuple[str, int] | None = None


def tiles(whole: Sums, before: Sums | None, formats: Formats) -> list[ReportTile]:
    per_receipt = formats.money(whole.tip_per_receipt_cents)
    share = formats.share(whole.late, whole.deliveries)
    counted = {"late": formats.number(whole.late), "all": formats.number(whole.deliveries)}
    before = before or Sums()
    return [
        ReportTile(
            _("Receipts"),
            formats.number(whole.receipts),
            change=_change(whole.receipts, before.receipts, formats),
        ),
        ReportTile(
            _("Total amount"),
            formats.money(whole.revenue_cents),
            change=_change(whole.revenue_cents, before.revenue_cents, formats),
        ),
        ReportTile(
            _("Tips"),
            formats.money(whole.tips_cents),
            _("%(amount)s per receipt") % {"amount": per_receipt} if per_receipt else "",
        ),
        ReportTile(
            _("Amount per receipt"),
            formats.money(whole.average_cents) or "–",
            change=_change(whole.average_cents, before.average_cents, formats),
        ),
        ReportTile(
            _("Delivered late"),
            share or "–",
            _("%(late)s of %(all)s deliveries") % counted if share else _("no deliveries"),
        ),
    ]


def _change(now: int | None, before: int | None, formats: Formats) -> tuple[str, int] | None:
    if not now or not before:
        return None
    change = (now - before) * 100 / before
    return formats.percent(abs(change)), (change > 0) - (change < 0)


def basis(before: Period | None, formats: Formats) -> str:
    """What changes are measured against: `1–12 October`."""
    if before is None:
        return ""
    days = {"last": before.last.day, "month": full_month_name(before.last.month, formats.language)}
    return (
        _("compared with 1–%(last)s %(month)s") if before.last.day > 1 else _("compared with 1 %(month)s")
    ) % days


# ---- Revenue by day or month ------------------------------------------------------------------------


@dataclass(frozen=True)
class RevenueChart:
    chart: BarChart
    title: str
    first: str
    description: str


def revenue_chart(totals: Totals, period: Period, formats: Formats) -> RevenueChart | None:
    """Bars for every day, also without receipts, or for every month; None where one bar would be all."""
    if not totals.days:
        return None
    first = period.first or min(totals.days)
    last = min(period.last or formats.today, max(formats.today, max(totals.days)))
    if (last - first).days + 1 <= MOST_DAYS:
        bars = [_day_bar(first + timedelta(days=n), totals, formats) for n in range((last - first).days + 1)]
        title, heading_of_labels = _("Revenue by day"), _("Day")
    else:
        bars = _month_bars(totals, first, last, formats)
        title, heading_of_labels = _("Revenue by month"), _("Month")
    if len(bars) < 2:
        return None
    unit = formats.cents_per_unit
    chart = bar_chart(bars, unit=unit, scale_text=lambda cents: formats.number(cents // unit))
    highest = max(bars, key=lambda bar: bar.value)
    words = {"first": bars[0].label, "last": bars[-1].label, "highest": highest.title}
    description = _("Bar chart, %(first)s to %(last)s. Highest: %(highest)s.") % words
    return RevenueChart(chart, title, heading_of_labels, description)


def _day_bar(day: date, totals: Totals, formats: Formats) -> Bar:
    sums = totals.days.get(day, Sums())
    label = f"{weekday_name(day.weekday(), formats.language)}, {formats.day(day)}"
    bar = _bar(label, str(day.day), sums, is_now=day == formats.today, formats=formats)
    return replace(bar, lead=weekday_name(day.weekday(), formats.language))


def _month_bars(totals: Totals, first: date, last: date, formats: Formats) -> list[Bar]:
    months: dict[int, Sums] = defaultdict(Sums)
    for day, sums in totals.days.items():
        months[month_number(day)] += sums
    end = month_number(last)
    bars = []
    for number in range(max(month_number(first), end - MOST_MONTHS + 1), end + 1):
        day = month_start(number)
        name = f"{formats.month(day)} {day:%y}"
        is_now = number == month_number(formats.today)
        bars.append(_bar(name, formats.month(day), months[number], is_now=is_now, formats=formats))
    return bars


def _bar(label: str, short: str, sums: Sums, *, is_now: bool, formats: Formats) -> Bar:
    text = formats.money(sums.revenue_cents)
    words = {"day": label, "amount": text, "count": formats.number(sums.receipts)}
    title = _("%(day)s: %(amount)s, receipts: %(count)s") % words
    return Bar(
        label=label, title=title, value=sums.revenue_cents, value_text=text, is_now=is_now, short=short
    )


# ---- Filters and heads ------------------------------------------------------------------------------


def chips(state: ReportState, address: Address, formats: Formats) -> list[Chip]:
    """One per filter that is set; the period is always set and has a menu of its own."""
    fields = state.filterset.form.fields
    return [
        Chip(str(fields[name].label), filter_value(fields[name], value, formats), address.without(name))
        for name, value in state.filters.items()
    ]


def quick_filters(state: ReportState, locations) -> list[FilterField]:
    choices = {
        "location": [(str(place.pk), place.name) for place in locations],
        "source": Source.choices,
        "service": ServiceType.choices,
        "status": STATUSES,
    }
    shown = [
        name for name in QUICK_FILTERS if name != "location" or (len(locations) > 1 and not state.location)
    ]
    return [
        FilterField(
            name,
            str(state.filterset.filters[name].label),
            "select" if name == "status" else "checks",
            [(str(value), str(label)) for value, label in choices[name]],
            state.data.getlist(name),
        )
        for name in shown
    ]


def filter_fields(state: ReportState) -> list[FilterField]:
    """Every filter that a person chooses in the dialog."""
    form = state.filterset.form
    return [filter_field(name, field, state.data) for name, field in form.fields.items() if name != CUSTOMER]


def headings(state: ReportState, address: Address) -> list[Heading]:
    columns = (
        ("placed", _("Receipt"), "", True),
        ("customer", _("Customer"), "", False),
        ("location", _("Location"), "p-2", False),
        ("service", _("Type"), "", False),
        ("source", _("Source"), "p-3", False),
        ("status", _("Status"), "", False),
        ("tip", _("Tip"), "end", True),
        ("total", _("Amount"), "end", True),
    )
    return [
        heading(name, label, state.order, address, css=css, first_descending=down)
        for name, label, css, down in columns
    ]
