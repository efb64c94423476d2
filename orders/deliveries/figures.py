"""How many deliveries of a filter were late and by how much: in all, by location, driver, hour and day."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from statistics import median

from django.db.models import QuerySet

from backoffice.core.database.streaming import read_columns
from orders.choices import OrderStatus, Stage
from orders.models import Order
from orders.punctuality import Share

# So many deliveries are read, newest first
COUNTED = 20_000
_READ = (
    *("placed_on", "status", "promised_at", "delivered_at", "location_id"),
    *("fulfilment__driver_id", "fulfilment__stage"),
)


class Delays:
    """Seconds from promise to delivery, of deliveries that had the one and came to the other."""

    def __init__(self):
        self.seconds: list[float] = []

    @property
    def late_seconds(self) -> list[float]:
        return [one for one in self.seconds if one > 0]

    @property
    def share(self) -> Share:
        return Share(len(self.late_seconds), len(self.seconds))

    @property
    def median(self) -> float | None:
        return median(self.seconds) if self.seconds else None

    @property
    def late_median(self) -> float | None:
        late = self.late_seconds
        return median(late) if late else None


def _groups() -> defaultdict[object, Delays]:
    return defaultdict(Delays)


@dataclass
class Figures:
    """`deliveries` are all that were read, `under_way` the open ones of them, `out` those of these that a
    driver has. `by_hour` is the hour of the promise at the location. `is_capped`: there are older ones."""

    deliveries: int = 0
    under_way: int = 0
    out: int = 0
    is_capped: bool = False
    whole: Delays = field(default_factory=Delays)
    by_location: dict[int, Delays] = field(default_factory=_groups)
    by_driver: dict[int | None, Delays] = field(default_factory=_groups)
    by_hour: dict[int, Delays] = field(default_factory=_groups)
    by_day: dict[date, Delays] = field(default_factory=_groups)


def figures_of(newest_first: QuerySet[Order], zones: Mapping[int, tzinfo]) -> Figures:
    """One query; `zones` are those of the organisation's locations."""
    found = Figures()
    for columns in read_columns(newest_first[: COUNTED + 1], _READ, COUNTED + 1):
        for row in zip(*columns, strict=True):
            if found.deliveries == COUNTED:
                found.is_capped = True
                break
            _add(found, zones, *row)
    return found


def _add(found: Figures, zones, placed_on, status, promised_at, delivered_at, location_id, driver_id, stage):
    found.deliveries += 1
    if status == OrderStatus.OPEN:
        found.under_way += 1
        found.out += stage == Stage.OUT
    elif promised_at and delivered_at:
        seconds = (delivered_at - promised_at).total_seconds()
        hour = promised_at.astimezone(zones[location_id]).hour
        groups = found.by_location[location_id], found.by_driver[driver_id], found.by_hour[hour]
        for delays in (found.whole, found.by_day[placed_on], *groups):
            delays.seconds.append(seconds)
