"""One page of the deliveries as texts, newest first, and the places of its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from backoffice.core.pages.paging import Cursor, beyond
from backoffice.core.text.formats import Formats
from orders.choices import OrderStatus, Stage
from orders.deliveries.state import DeliveryState
from orders.punctuality import delay_words
from orders.receipts import Look, customer_name

PER_PAGE = 50
_LATE, _IN_TIME = ("warn", "clock"), ("ok", "check-circle")
_READ = (
    *("pk", "external_id", "placed_at", "placed_on", "status", "promised_at", "delivered_at", "total_cents"),
    *("location_id", "location__name", "fulfilment__driver__name", "fulfilment__out_at", "fulfilment__stage"),
    *("customer_id", "customer__first_name", "customer__last_name", "customer__company"),
)


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery as text, its moments on the clock of its location; empty is unknown."""

    pk: int
    number: str
    iso: str
    placed: str
    customer_id: int | None
    customer: str
    location: str
    driver: str
    promised: str
    out: str
    delivered: str
    look: Look | None
    total: str


@dataclass(frozen=True)
class DeliveryPage:
    """`before` and `after` are addresses' parts, empty where there is nothing more."""

    rows: list[DeliveryRow]
    before: str
    after: str


def delivery_page(state: DeliveryState, zones: Mapping[int, tzinfo], formats: Formats) -> DeliveryPage:
    """One query."""
    before, after = state.cursor("before"), state.cursor("after")
    found = state.deliveries
    if cursor := before or after:
        found = beyond(found, "placed_at", "pk", cursor, descending=before is None)
    ends = ("placed_at", "pk") if before else ("-placed_at", "-pk")
    found = [
        dict(zip(_READ, row, strict=True))
        for row in found.order_by(*ends).values_list(*_READ)[: PER_PAGE + 1]
    ]
    has_more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    if before:
        found.reverse()
    has_before, has_after = (has_more, True) if before else (after is not None, has_more)
    return DeliveryPage(
        [_row(order, zones[order["location_id"]], formats) for order in found],
        _place(found[0]) if found and has_before else "",
        _place(found[-1]) if found and has_after else "",
    )


def _place(order: dict) -> str:
    return Cursor(order["placed_at"], order["pk"]).encode()


def _row(order: dict, tz: tzinfo, formats: Formats) -> DeliveryRow:
    def clock(moment: datetime | None) -> str:
        """The time, with its day where that is another one."""
        if moment is None:
            return ""
        local = moment.astimezone(tz)
        is_same = local.date() == order["placed_on"]
        return f"{local:%H:%M}" if is_same else f"{formats.day(local.date())}, {local:%H:%M}"

    return DeliveryRow(
        pk=order["pk"],
        number=order["external_id"],
        iso=order["placed_at"].isoformat(),
        placed=f"{formats.day(order['placed_on'])}, {clock(order['placed_at'])}",
        customer_id=order["customer_id"],
        customer=customer_name(order),
        location=order["location__name"],
        driver=order["fulfilment__driver__name"] or "",
        promised=clock(order["promised_at"]),
        out=clock(order["fulfilment__out_at"]),
        delivered=clock(order["delivered_at"]),
        look=_look(order, formats),
        total=formats.money(order["total_cents"]),
    )


def _look(order: dict, formats: Formats) -> Look | None:
    if order["status"] == OrderStatus.OPEN:
        stage = Stage(order["fulfilment__stage"] or Stage.NEW)
        return Look(str(stage.label), "info", "truck" if stage == Stage.OUT else "clock")
    if not order["promised_at"] or not order["delivered_at"]:
        return None
    seconds = (order["delivered_at"] - order["promised_at"]).total_seconds()
    return Look(delay_words(seconds, formats), *(_LATE if seconds > 0 else _IN_TIME))
