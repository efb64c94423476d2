"""Open orders as tickets in columns, the earliest promise first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.formats import Formats
from customers.models import Customer
from orders.choices import OrderStatus, ServiceType, Stage
from orders.fulfilling import next_action
from orders.models import Fulfilment, Order, OrderLine
from orders.receipts import SERVICE_ICONS

MOST = 200
FRESH = timedelta(days=2)  # what is open for longer was forgotten: it is counted, not shown
WARN_BEFORE = timedelta(minutes=5)
_NOTES = 3


@dataclass(frozen=True)
class Ticket:
    """An order as text. `due` is (words, tone, icon) of its promise or of how long it has been open."""

    order: Order
    stage: str
    customer: Customer | None
    where: str
    note: str
    degree: object
    clock: str
    due: tuple[str, str, str]
    items: str
    since: str
    service: str
    service_icon: str
    total: str
    action: object
    place: str

    @property
    def is_late(self) -> bool:
        return self.due[1] == "bad"


@dataclass(frozen=True)
class Column:
    stage: str
    label: str
    icon: str
    tickets: list[Ticket]


@dataclass(frozen=True)
class Board:
    """`late` are those whose promise has passed; `has_forgotten` says that much older ones are open.

    `count` is what is shown, `open_count` as text what is open of every kind.
    """

    columns: list[Column]
    count: int
    open_count: str
    late: list[Ticket]
    has_forgotten: bool


def open_orders(organisation, location, now: datetime):
    """What is open and not forgotten, of one location or all; along the index of open orders."""
    return _open(organisation, location).filter(placed_at__gte=now - FRESH)


def _open(organisation, location):
    orders = Order.objects.filter(organisation=organisation, status=OrderStatus.OPEN)
    return orders.filter(location=location) if location else orders


def running_tickets(organisation, location, formats: Formats) -> list[Ticket]:
    """What is open, the earliest promise first, without dishes. One query."""
    found = _read(open_orders(organisation, location, formats.now))
    return _sorted(_ticket(one, [], formats) for one in found)


def _read(orders) -> list[Order]:
    related = orders.select_related("customer__stats", "location", "fulfilment__driver")
    return list(related.order_by("placed_at")[:MOST])


def _sorted(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda one: (one.order.promised_at or one.order.placed_at, one.order.pk))


def board_of(organisation, location, service: str, formats: Formats) -> Board:
    """Five queries, however many are open, one more for a kind of order."""
    everything = open_orders(organisation, location, formats.now)
    found = everything.filter(service_type=service) if service else everything
    orders = _read(found)
    lines = _lines(orders)
    tickets = _sorted(_ticket(one, lines[one.pk], formats) for one in orders)
    columns = [
        Column(stage, str(stage.label), stage.icon, [one for one in tickets if one.stage == stage])
        for stage in Stage
    ]
    older = _open(organisation, location).filter(placed_at__lt=formats.now - FRESH)
    late = [one for one in tickets if one.is_late]
    open_count = _capped(everything.count() if service else len(orders), formats)
    return Board(columns, len(tickets), open_count, late, older.exists())


def _capped(count: int, formats: Formats) -> str:
    """`7`, and `200+` where no more are read."""
    return f"{formats.number(MOST)}+" if count >= MOST else formats.number(count)


def _lines(orders: list[Order]) -> dict[int, list[OrderLine]]:
    found = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders).order_by("order_id", "position"):
        found[line.order_id].append(line)
    return found


def _ticket(order: Order, lines: list[OrderLine], formats: Formats) -> Ticket:
    way = getattr(order, "fulfilment", None) or Fulfilment(order=order)
    zone = order.location.tz
    local = order.promised_at.astimezone(zone) if order.promised_at else None
    service = ServiceType(order.service_type)
    return Ticket(
        order=order,
        stage=way.stage,
        customer=order.customer,
        where=_where(order, way),
        note=order.note,
        degree=order.customer.stats.loyalty if order.customer else None,
        clock=f"{local:%H:%M}" if local else "",
        due=_due(order, way, formats),
        items=_items(lines, way, formats),
        since=_minutes(formats.now - order.placed_at, formats),
        service=str(service.label),
        service_icon=SERVICE_ICONS[service],
        total=formats.money(order.total_cents + order.tip_cents),
        action=next_action(order.service_type, way.stage),
        place=order.location.name,
    )


def _where(order: Order, way: Fulfilment) -> str:
    """The table, or the address."""
    if order.service_type == ServiceType.DINE_IN and way.destination:
        return _("Table %(name)s") % {"name": way.destination}
    return way.destination


def _items(lines: list[OrderLine], way: Fulfilment, formats: Formats) -> str:
    count = sum(line.quantity for line in lines)
    told = ngettext("%(count)s item", "%(count)s items", count) % {"count": formats.number(count)}
    notes = [line.note for line in lines if line.note][:_NOTES]
    driver = [_("driver: %(name)s") % {"name": way.driver}] if way.driver_id else []
    return ", ".join([told, *notes, *driver])


def _due(order: Order, way: Fulfilment, formats: Formats) -> tuple[str, str, str]:
    if order.promised_at is None:
        if way.stage != Stage.ACCEPTED or way.accepted_at is None:
            return _("as soon as it is ready"), "neutral", "clock"
        since = _minutes(formats.now - way.accepted_at, formats)
        return _("%(minutes)s in the kitchen") % {"minutes": since}, "neutral", "clock"
    left = order.promised_at - formats.now
    if left < timedelta():
        return _("%(minutes)s over time") % {"minutes": _minutes(-left, formats)}, "bad", "warn"
    tone = "warn" if left <= WARN_BEFORE else "neutral"
    return _("%(minutes)s left") % {"minutes": _minutes(left, formats)}, tone, "clock"


def _minutes(span: timedelta, formats: Formats) -> str:
    """`38 min`, from two hours on `3 h`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 120:
        return _("%(count)s h") % {"count": formats.number(minutes // 60)}
    return _("%(count)s min") % {"count": formats.number(minutes)}
