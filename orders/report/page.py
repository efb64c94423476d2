"""What the report shows above its receipts: totals as tiles, revenue by day or month."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.core.pages.day_charts import DayChart, Told, day_chart
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
from backoffice.core.text.formats import Formats, full_month_name
from customers.choices import Source
from orders.choices import ServiceType
from orders.punctuality import Share, late_chart
from orders.report.filters import CUSTOMER, STATUSES, ReceiptFilterSet
from orders.report.state import ReportState
from orders.report.totals import Sums, Totals

QUICK_FILTERS = ("location", "source", "service", "status")
DIALOG_FILTERS = tuple(name for name in ReceiptFilterSet.base_filters if name != CUSTOMER)


@dataclass(frozen=True)
class ReportTile:
    """A total. `change` compares it with the same days of the month before: (text, direction)."""

    label: str
    value: str
    foot: str = ""
    change: tuple[str, int] | None = None


def tiles(whole: Sums, before: Sums | None, formats: Formats) -> list[ReportTile]:
    per_receipt = formats.money(whole.tip_per_receipt_cents)
    late = Share(whole.late, whole.deliveries)
    share = formats.share(late.late, late.deliveries)
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
            late.words(formats) if share else _("no deliveries"),
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


def revenue_chart(totals: Totals, period: Period, formats: Formats) -> DayChart | None:
    """Bars for every day, also without receipts, or for every month; None where one bar would be all."""

    def tell(label: str, sums: Sums) -> Told:
        text = formats.money(sums.revenue_cents)
        words = {"day": label, "amount": text, "count": formats.number(sums.receipts)}
        return Told(sums.revenue_cents, text, _("%(day)s: %(amount)s, receipts: %(count)s") % words)

    unit = formats.cents_per_unit
    return day_chart(
        totals.days,
        period,
        formats,
        nothing=Sums(),
        tell=tell,
        titles=(_("Revenue by day"), _("Revenue by month")),
        unit=unit,
        scale_text=lambda cents: formats.number(cents // unit),
    )


def late_by_day(totals: Totals, period: Period, formats: Formats) -> DayChart | None:
    """None where nothing was delivered late."""
    shares = {day: Share(sums.late, sums.deliveries) for day, sums in totals.days.items()}
    return late_chart(shares, period, formats)


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
