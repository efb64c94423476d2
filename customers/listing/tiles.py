"""The figures above the list as people read them (PRODUCT L1)."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.pages.charts import MINI, Bar, bar_chart, spark_path
from backoffice.core.text.formats import Formats, month_name
from backoffice.core.text.periods import month_start
from customers.figures import KeyFigures, key_figures


@dataclass(frozen=True)
class Delta:
    """A change in words, with its direction: 1 up, -1 down, 0 the same."""

    text: str
    direction: int


@dataclass(frozen=True)
class Tile:
    """One figure above the list. `basis` says what it, or its change, is measured against."""

    label: str
    value: str
    small: str = ""
    delta: Delta | None = None
    basis: str = ""
    spark: str = ""


@dataclass(frozen=True)
class Figures:
    """All that stands above the list, ready to be placed."""

    tiles: list[Tile]
    html: SafeString


def figures_of(organisation, location, sources: tuple[str, ...], *, counters, formats: Formats) -> Figures:
    """The figures of a place, kept per process until a write moves `counters["changes"]`."""
    seen = (organisation.pk, location and location.pk, sources, tuple(counters.values()))
    key = (*seen, formats.language, formats.currency, formats.today)
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = _make_figures(organisation, location, sources, counters, formats)
    return _kept[key]


_MOST_KEPT = 500
_kept: dict[tuple, Figures] = {}


def forget_figures() -> None:
    """Make this process work all figures out anew."""
    _kept.clear()


def _make_figures(organisation, location, sources, counters, formats: Formats) -> Figures:
    figures = key_figures(
        organisation, today=formats.today, counters=counters, location=location, sources=sources
    )
    tiles = make_tiles(figures, formats)
    chart = bar_chart([_joined_bar(month, formats) for month in figures.months[1:]], box=MINI)
    html = render_to_string("customers/listing/_tiles.html", {"tiles": tiles, "joined_chart": chart})
    return Figures(tiles, html)


def _joined_bar(month, formats: Formats) -> Bar:
    day = month_start(month.number)
    name = f"{month_name(day.month, formats.language)} {day:%y}"
    text = formats.number(month.joined)
    is_now = day == formats.today.replace(day=1)
    return Bar(label=name, title=f"{name}: {text}", value=month.joined, value_text=text, is_now=is_now)


def make_tiles(figures: KeyFigures, formats: Formats) -> list[Tile]:
    """The seven figures of PRODUCT L1."""
    month, before = figures.this_month, figures.last_month
    joined = [one.joined for one in figures.months[1:]]
    receipts = figures.all_time.known_receipts
    average = figures.all_time.average_order
    return [
        Tile(
            _("Active customers"),
            formats.number(figures.active),
            basis=_("%(number)s inactive") % {"number": formats.number(figures.inactive)},
            spark=spark_path(_running(joined, figures.active)),
        ),
        Tile(
            _("New this month"),
            formats.number(month.joined),
            delta=_difference(month.joined, before.joined, formats),
            basis=_("than in %(month)s") % {"month": _month(before.number, formats)},
        ),
        Tile(
            _("With marketing consent"),
            formats.number(figures.marketing),
            small=formats.share(figures.marketing, figures.active),
            basis=_("of active customers"),
        ),
        Tile(
            _("Came back"),
            formats.share(figures.returned, figures.ordered) or "–",
            basis=_("of %(number)s with a receipt") % {"number": formats.number(figures.ordered)},
        ),
        Tile(
            _("Average order value"),
            formats.money(average) or "–",
            delta=_change(month.average_order, before.average_order, formats),
            basis=_("to last month") if month.known_receipts else "",
            spark=spark_path([one.average_order or 0 for one in figures.months[1:]]),
        ),
        Tile(
            _("Revenue from known customers"),
            formats.money(figures.all_time.known_revenue_cents),
            basis=_("%(number)s receipts") % {"number": formats.number(receipts)},
            spark=spark_path([one.known_revenue_cents for one in figures.months[1:]]),
        ),
        Tile(_("Open points"), formats.number(figures.points), basis=_("not redeemed yet")),
    ]


def _running(joined: list[int], now: int) -> list[int]:
    """How many customers there were after each month, counted back from now."""
    totals = [now]
    for number in reversed(joined[1:]):
        totals.append(totals[-1] - number)
    return totals[::-1]


def _month(number: int, formats: Formats) -> str:
    return month_name(month_start(number).month, formats.language)


def _difference(now: int, before: int, formats: Formats) -> Delta:
    change = now - before
    more = (
        pgettext("a change", "%(number)s more") if change >= 0 else pgettext("a change", "%(number)s fewer")
    )
    return Delta(more % {"number": formats.number(abs(change))}, (change > 0) - (change < 0))


def _change(now: int | None, before: int | None, formats: Formats) -> Delta | None:
    if not now or not before:
        return None
    change = (now - before) * 100 / before
    return Delta(formats.percent(abs(change)), (change > 0) - (change < 0))
