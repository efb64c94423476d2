"""What the page of deliveries shows above its list: tiles, shares by location, driver and hour, a chart."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.core.pages.day_charts import DayChart
from backoffice.core.pages.lists import Address, Chip, FilterField, filter_field, filter_value
from backoffice.core.text.formats import Formats
from orders.deliveries.figures import Delays, Figures
from orders.deliveries.state import DeliveryState
from orders.punctuality import delay_words, late_chart


@dataclass(frozen=True)
class DeliveryTile:
    label: str
    value: str
    foot: str = ""


@dataclass(frozen=True)
class GroupRow:
    """What deliveries have in common, how many they are, how many of them late; `bar` is of 100."""

    label: str
    count: str
    share: str
    bar: str
    counted: str
    median: str


@dataclass(frozen=True)
class Group:
    """One small table."""

    name: str
    title: str
    first: str
    rows: list[GroupRow]


def tiles(figures: Figures, formats: Formats) -> list[DeliveryTile]:
    share = figures.whole.share
    on_time = share.deliveries - share.late
    counted = {"on_time": formats.number(on_time), "all": formats.number(share.deliveries)}
    is_any = bool(share.deliveries)
    return [
        DeliveryTile(_("Deliveries"), formats.number(figures.deliveries)),
        DeliveryTile(
            _("On time"),
            formats.share(on_time, share.deliveries) or "–",
            _("%(on_time)s of %(all)s deliveries") % counted if is_any else _("no deliveries"),
        ),
        DeliveryTile(_("Late ones, median"), _median(figures.whole.late_median, formats) or "–"),
        DeliveryTile(_("All, median"), _median(figures.whole.median, formats) or "–"),
        DeliveryTile(
            _("Under way now"),
            formats.number(figures.under_way),
            _("%(number)s with a driver") % {"number": formats.number(figures.out)} if figures.out else "",
        ),
    ]


def _median(seconds: float | None, formats: Formats) -> str:
    return "" if seconds is None else delay_words(seconds, formats)


def groups(figures: Figures, state: DeliveryState, locations, formats: Formats) -> list[Group]:
    """By location where there are several, by driver, by hour; without deliveries none."""
    hours = {hour: formats.hour(hour) for hour in sorted(figures.by_hour)}
    drivers = {driver.pk: driver.name for driver in state.drivers} | {None: _("without driver")}
    places = {place.pk: place.name for place in locations} if len(locations) > 1 else {}
    found = (
        Group("location", _("By location"), _("Location"), _rows(figures.by_location, places, formats)),
        Group("driver", _("By driver"), _("Driver"), _rows(figures.by_driver, drivers, formats)),
        Group("hour", _("By hour promised"), _("Hour"), _rows(figures.by_hour, hours, formats)),
    )
    return [group for group in found if group.rows]


def _rows(by_key: Mapping[object, Delays], labels: Mapping, formats: Formats) -> list[GroupRow]:
    """In the order of the labels."""
    return [_group_row(label, by_key[key], formats) for key, label in labels.items() if key in by_key]


def _group_row(label: str, delays: Delays, formats: Formats) -> GroupRow:
    share = delays.share
    return GroupRow(
        label,
        formats.number(share.deliveries),
        formats.share(share.late, share.deliveries),
        f"{share.late * 100 / share.deliveries:.1f}",
        share.words(formats),
        _median(delays.median, formats),
    )


def chart(figures: Figures, state: DeliveryState, formats: Formats) -> DayChart | None:
    return late_chart({day: one.share for day, one in figures.by_day.items()}, state.period, formats)


def chips(state: DeliveryState, address: Address, formats: Formats) -> list[Chip]:
    fields = state.form.fields
    return [
        Chip(str(fields[name].label), filter_value(fields[name], value, formats), address.without(name))
        for name, value in state.filters.items()
    ]


def quick_filters(state: DeliveryState) -> list[FilterField]:
    """A filter that has nothing to choose from is none."""
    return [
        found
        for name, field in state.form.fields.items()
        if len((found := filter_field(name, field, state.data)).choices) > 1
        and not (name == "location" and state.location)
    ]
