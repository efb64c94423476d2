"""Revenue by weekday and hour, on the clock of each receipt's location."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.core.database.streaming import read_columns
from backoffice.core.pages.heat_maps import HeatMap, heat_map
from backoffice.core.text.formats import Formats, weekday_name
from orders.choices import OrderStatus
from orders.models import Order
from orders.report.totals import COUNTED

_READ = ("placed_at", "location_id", "total_cents", "refunded_cents")
_WEEK = range(7)


@dataclass
class Hours:
    """Cents and receipts by weekday (Monday is 0) and hour. `is_capped`: of the newest COUNTED alone."""

    cents: Counter = field(default_factory=Counter)
    receipts: Counter = field(default_factory=Counter)
    is_capped: bool = False

    @property
    def range(self) -> range:
        """From the first hour of day with receipts to the last one."""
        hours = [hour for _weekday, hour in self.receipts]
        return range(min(hours), max(hours) + 1) if hours else range(0)


def hours_of(receipts: QuerySet[Order], zones: Mapping[int, tzinfo]) -> Hours:
    """One query over the newest receipts that count."""
    found = Hours()
    newest = receipts.filter(status=OrderStatus.COMPLETED).order_by("-placed_at", "-pk")[: COUNTED + 1]
    for columns in read_columns(newest, _READ, COUNTED + 1):
        found.is_capped = len(columns[0]) > COUNTED
        for placed_at, location_id, total, refunded in list(zip(*columns, strict=True))[:COUNTED]:
            local = placed_at.astimezone(zones[location_id])
            found.cents[local.weekday(), local.hour] += total - refunded
            found.receipts[local.weekday(), local.hour] += 1
    return found


@dataclass(frozen=True)
class HoursChart:
    """`table` holds an hour and its amounts in whole units from Monday to Sunday."""

    heat: HeatMap
    weekdays: list[str]
    table: list[tuple[str, list[str]]]
    highest: str
    description: str


def hours_chart(hours: Hours, formats: Formats) -> HoursChart | None:
    """None without receipts."""
    if not hours.receipts:
        return None
    weekdays = [weekday_name(weekday, formats.language) for weekday in _WEEK]
    first = hours.range.start

    def title(weekday: int, hour: int) -> str:
        amount = formats.money(hours.cents[weekday, hour])
        count = formats.number(hours.receipts[weekday, hour])
        words = {"day": f"{weekdays[weekday]}, {formats.hour(hour)}", "amount": amount, "count": count}
        return _("%(day)s: %(amount)s, receipts: %(count)s") % words

    heat = heat_map(
        weekdays,
        [str(hour) for hour in hours.range],
        value=lambda row, column: hours.cents[row, column + first],
        title=lambda row, column: title(row, column + first),
    )
    table = [
        (formats.hour(hour), [_units(hours.cents[weekday, hour], formats) for weekday in _WEEK])
        for hour in hours.range
    ]
    highest = title(*max(hours.cents, key=hours.cents.get))
    description = _("Grid of weekdays and hours, the darker the more revenue. Highest: %(highest)s.")
    return HoursChart(heat, weekdays, table, highest, description % {"highest": highest})


def _units(cents: int, formats: Formats) -> str:
    return formats.number(round(cents / formats.cents_per_unit)) if cents else "–"
