"""The figures above the list as people read them (PRODUCT L1)."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.pages.charts import MINI, Bar, bar_chart
from backoffice.core.pages.kept import Kept
from backoffice.core.text.formats import Formats, full_month_name, month_name
from backoffice.core.text.periods import month_start, same_day_before
from customers.figures import KeyFigures, key_figures


@dataclass(frozen=True)
class Delta:
    """A change in words, with its direction: 1 up, -1 down, 0 the same."""

    text: str
    direction: int


@dataclass(frozen=True)
class Tile:
    """One figure above the list: either its change since the same days of last month, or what it is part of.

    `short` is the label where there is little room.
    """

    label: str
    value: str
    short: str = ""
    small: str = ""
    delta: Delta | None = None
    part_of: str = ""
    has_chart: bool = False


@dataclass(frozen=True)
class Figures:
    """All that stands above the list, ready to be placed; `basis` says what changes are measured against."""

    tiles: list[Tile]
    basis: str
    html: SafeString


def figures_of(organisation, location, sources: tuple[str, ...], *, counters, formats: Formats) -> Figures:
    """The figures of a place, kept per process until a write moves `counters["changes"]`."""
    seen = (organisation.pk, location and location.pk, sources, tuple(counters.values()))
    key = (*seen, formats.language, formats.currency, formats.today)
    return _kept.get(key, lambda: _make_figures(organisation, location, sources, counters, formats))


_kept: Kept[Figures] = Kept(500)


def _make_figures(organisation, location, sources, counters, formats: Formats) -> Figures:
    figures = key_figures(
        organisation, today=formats.today, counters=counters, location=location, sources=sources
    )
    tiles = make_tiles(figures, formats)
    chart = bar_chart([_joined_bar(month, formats) for month in figures.months], box=MINI)
    context = {"tiles": tiles, "joined_chart": chart, "same_days": _same_days(formats)}
    html = render_to_string("customers/listing/_tiles.html", context)
    return Figures(tiles, _basis(tiles, formats), html)


def _basis(tiles: list[Tile], formats: Formats) -> str:
    """The days that are counted and, if anything is, those they are compared with."""
    day, language = formats.today.day, formats.language
    words = {"day": day, "month": full_month_name(formats.today.month, language)}
    days = (_("1–%(day)s %(month)s") if day > 1 else _("%(day)s %(month)s")) % words
    return f"{days}, {_same_days(formats)}" if any(tile.delta for tile in tiles) else days


def _same_days(formats: Formats) -> str:
    before = same_day_before(formats.today).month
    return _("compared with the same days of %(month)s") % {
        "month": full_month_name(before, formats.language)
    }


def _joined_bar(month, formats: Formats) -> Bar:
    day = month_start(month.number)
    name = f"{month_name(day.month, formats.language)} {day:%y}"
    text = formats.number(month.joined)
    is_now = day == formats.today.replace(day=1)
    return Bar(label=name, title=f"{name}: {text}", value=month.joined, value_text=text, is_now=is_now)


def make_tiles(figures: KeyFigures, formats: Formats) -> list[Tile]:
    """The seven figures of PRODUCT L1: what there is today, and what came in since the month began."""
    month, before = figures.this_month, figures.before
    return [
        Tile(
            _("Active customers"),
            formats.number(figures.active),
            part_of=_("%(number)s inactive") % {"number": formats.number(figures.inactive)},
        ),
        Tile(
            _("New this month"),
            formats.number(month.joined),
            short=_("New in %(month)s") % {"month": full_month_name(formats.today.month, formats.language)},
            delta=_difference(month.joined, before.joined, formats),
            has_chart=True,
        ),
        Tile(
            _("With marketing consent"),
            formats.number(figures.marketing),
            short=pgettext("short", "Marketing consent"),
            small=formats.share(figures.marketing, figures.active),
            part_of=_("of active customers"),
        ),
        Tile(
            _("Came back"),
            formats.share(figures.returned, figures.ordered) or "–",
            part_of=_("of %(number)s with a receipt") % {"number": formats.number(figures.ordered)},
        ),
        Tile(
            _("Average order value"),
            formats.money(month.average_order) or "–",
            short=pgettext("short", "Avg. order value"),
            delta=_change(month.average_order, before.average_order, formats),
        ),
        Tile(
            _("Revenue from known customers"),
            formats.money(month.known_revenue_cents),
            short=pgettext("short", "Revenue, known"),
            delta=_change(month.known_revenue_cents, before.known_revenue_cents, formats),
        ),
        Tile(_("Open points"), formats.number(figures.points), part_of=_("not redeemed yet")),
    ]


def _difference(now: int, before: int, formats: Formats) -> Delta | None:
    if not before:
        return None
    change = now - before
    if not change:
        return Delta(pgettext("a change", "as many"), 0)
    more = pgettext("a change", "%(number)s more") if change > 0 else pgettext("a change", "%(number)s fewer")
    return Delta(more % {"number": formats.number(abs(change))}, (change > 0) - (change < 0))


def _change(now: int | None, before: int | None, formats: Formats) -> Delta | None:
    if not now or not before:
        return None
    change = (now - before) * 100 / before
    return Delta(formats.percent(abs(change)), (change > 0) - (change < 0))
