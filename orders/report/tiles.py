"""The figures above the receipts: totals as tiles, revenue and lateness by day or month."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.core.pages.day_charts import DayChart, Told, day_chart
from backoffice.core.pages.kept import Kept
from backoffice.core.pages.periods import Period
from backoffice.core.text.formats import Formats, full_month_name
from customers.figures import count_customers
from orders.punctuality import Share, late_chart
from orders.report.state import ReportState
from orders.report.totals import COUNTED, Sums, Totals, totals_before, totals_of


@dataclass(frozen=True)
class ReportTile:
    """A total. `change` compares it with the same days of the month before: (text, direction)."""

    label: str
    value: str
    foot: str = ""
    change: tuple[str, int] | None = None


@dataclass(frozen=True)
class ReportFigures:
    """`html` is all of it, ready to be placed; `capped` the number of receipts, in words, that it is made of
    where there are more."""

    tiles: list[ReportTile]
    capped: str
    html: SafeString


def report_figures(state: ReportState, formats: Formats) -> ReportFigures:
    """The figures of a filter, kept per process until a write changes figures of the organisation.

    A search is not kept: whom it finds changes with names and numbers too.
    """
    if state.query:
        return _make_figures(state, formats)
    changes = count_customers(state.organisation)["changes"]
    filters = tuple((name, str(value)) for name, value in state.filters.items())
    place = state.location and state.location.pk
    key = (state.organisation.pk, changes, place, state.period, filters)
    return _kept.get(
        (*key, formats.language, formats.currency, formats.today), lambda: _make_figures(state, formats)
    )


_kept: Kept[ReportFigures] = Kept(200)


def _make_figures(state: ReportState, formats: Formats) -> ReportFigures:
    totals = totals_of(state)
    shown = _tiles(totals.whole, totals_before(state), formats)
    capped = formats.number(COUNTED) if totals.is_capped else ""
    context = {
        "tiles": shown,
        "capped": capped,
        "basis": _basis(state.period.before(), formats),
        "revenue": _revenue_chart(totals, state.period, formats),
        "late": _late_chart(totals, state.period, formats),
    }
    return ReportFigures(shown, capped, render_to_string("orders/report/_figures.html", context))


def _tiles(whole: Sums, before: Sums | None, formats: Formats) -> list[ReportTile]:
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


def _basis(before: Period | None, formats: Formats) -> str:
    """What changes are measured against: `1–12 October`."""
    if before is None:
        return ""
    days = {"last": before.last.day, "month": full_month_name(before.last.month, formats.language)}
    return (
        _("compared with 1–%(last)s %(month)s") if before.last.day > 1 else _("compared with 1 %(month)s")
    ) % days


# ---- Revenue by day or month ------------------------------------------------------------------------


def _revenue_chart(totals: Totals, period: Period, formats: Formats) -> DayChart | None:
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


def _late_chart(totals: Totals, period: Period, formats: Formats) -> DayChart | None:
    """None where nothing was delivered late."""
    shares = {day: Share(sums.late, sums.deliveries) for day, sums in totals.days.items()}
    return late_chart(shares, period, formats)
