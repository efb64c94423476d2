"""What a customer's profile shows of their orders: spend by month, and receipts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from backoffice.core.pages.charts import Bar, BarChart, bar_chart
from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond
from backoffice.core.text.formats import Formats
from backoffice.core.text.periods import month_number, month_start, months_between
from customers.extensions import Panel
from customers.listing import DELIVERY_LOOKS
from orders.choices import OrderStatus
from orders.models import Order, OrderLine
from orders.receipts.words import SERVICE_ICONS, Look, status_look

RECENT = 5
PER_PAGE = 25
PERIODS = {"6": 6, "12": 12, "all": None}
MOST_MONTHS = 60
ITEMS_NAMED = 2


# ---- Spend by month -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spend:
    """The chart with its period, and the three figures above it, all as text."""

    chart: BarChart
    period: str
    monthly: str
    average: str
    mean_text: str
    since: str
    status: str
    status_tone: str
    status_icon: str
    description: str


def spend(customer, data, formats: Formats) -> Panel:
    """Revenue by calendar month (location's time zone): 6 or 12 months, or all. One query."""
    by_month = _revenue_by_month(customer)
    period = _period(data.get("period"), by_month, formats.today)
    months = _months(by_month, PERIODS[period], formats.today)
    stats = customer.stats
    monthly = stats.monthly_spend(formats.today)
    bars = [_bar(number, by_month.get(number, 0), formats) for number in months]
    tone, icon = DELIVERY_LOOKS.get(stats.last_order_status, ("", ""))
    unit = formats.cents_per_unit
    return Panel(
        "orders/receipts/_spend_panel.html",
        Spend(
            chart=bar_chart(
                bars, unit=unit, scale_text=lambda cents: formats.number(cents // unit), mean=monthly
            ),
            period=period,
            monthly=formats.money(monthly),
            average=formats.money(stats.average_order),
            mean_text=formats.money(monthly),
            since=_month_name(stats.first_order_on, formats) if stats.first_order_on else "",
            status=stats.get_last_order_status_display() if stats.last_order_status else "",
            status_tone=tone,
            status_icon=icon,
            description=_description(bars),
        ),
    )


def _revenue_by_month(customer) -> dict[int, int]:
    rows = (
        Order.objects.filter(customer=customer, status=OrderStatus.COMPLETED)
        .values_list(TruncMonth("placed_on"))
        .annotate(cents=Sum(F("total_cents") - F("refunded_cents")))
        .order_by()
    )
    return {month_number(month): cents for month, cents in rows}


def _period(asked: str | None, by_month: dict[int, int], today) -> str:
    """The one asked for; else a year, or all months when that year is empty."""
    if asked in PERIODS:
        return asked
    is_recent = any(number > month_number(today) - 12 for number in by_month)
    return "12" if is_recent or not by_month else "all"


def _months(by_month: dict[int, int], count: int | None, today) -> range:
    now = month_number(today)
    if count is None:
        first = min(by_month, default=now)
        count = min(months_between(month_start(first), today), MOST_MONTHS)
    return range(now - count + 1, now + 1)


def _bar(number: int, cents: int, formats: Formats) -> Bar:
    day = month_start(number)
    name = _month_name(day, formats)
    text = formats.money(cents)
    is_now = (day.year, day.month) == (formats.today.year, formats.today.month)
    return Bar(
        label=name,
        title=f"{name}: {text}",
        value=cents,
        value_text=text,
        is_now=is_now,
        short=formats.month(day),
    )


def _month_name(day, formats: Formats) -> str:
    return f"{formats.month(day)} {day:%y}"


def _description(bars: list[Bar]) -> str:
    highest = max(bars, key=lambda bar: bar.value)
    return _("Bar chart, %(first)s to %(last)s. Highest month: %(highest)s.") % {
        "first": bars[0].label,
        "last": bars[-1].label,
        "highest": highest.title,
    }


# ---- Receipts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReceiptRow:
    """One order of the customer as text; `lines` are (quantity, name, amount)."""

    pk: int
    number: str
    items: str
    day: str
    time: str
    iso: str
    service: str
    service_icon: str
    look: Look
    tip: str
    discount: str
    total: str
    lines: list[tuple[str, str, str]]


def recent_receipts(customer, formats: Formats) -> Panel:
    """The newest five. One query, lines included."""
    rows = _rows(_newest(customer)[:RECENT], formats)
    return Panel("orders/receipts/_recent_panel.html", {"customer": customer, "rows": rows})


def all_receipts(customer, data, formats: Formats) -> Panel:
    """A page of receipts, newest first. Two queries."""
    orders = _newest(customer)
    cursor = _cursor(data.get("after"))
    if cursor is not None:
        orders = beyond(orders, "placed_at", "pk", cursor, descending=True)
    keys = list(orders.values_list("pk", "placed_at")[: PER_PAGE + 1])
    shown = keys[:PER_PAGE]
    rows = _rows([pk for pk, placed_at in shown], formats)
    after = Cursor(shown[-1][1], shown[-1][0]).encode() if len(keys) > PER_PAGE else ""
    panel = {"customer": customer, "rows": rows, "after": after, "is_first": cursor is None}
    return Panel("orders/receipts/_receipts_panel.html", panel)


def _newest(customer):
    return Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")


def _cursor(text: str | None) -> Cursor | None:
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None


def _rows(orders, formats: Formats) -> list[ReceiptRow]:
    ids = orders if isinstance(orders, list) else orders.values("pk")
    lines = OrderLine.objects.filter(order__in=ids).select_related("order").order_by("order_id", "position")
    by_order: dict[Order, list[OrderLine]] = {}
    for line in lines:
        by_order.setdefault(line.order, []).append(line)
    newest_first = sorted(by_order, key=lambda order: (order.placed_at, order.pk), reverse=True)
    return [_row(order, by_order[order], formats) for order in newest_first]


def _row(order: Order, lines: list[OrderLine], formats: Formats) -> ReceiptRow:
    local = formats.local(order.placed_at)
    look = status_look(
        order.status,
        order.service_type,
        order.promised_at,
        order.delivered_at,
        refunded=bool(order.refunded_cents),
    )
    return ReceiptRow(
        pk=order.pk,
        number=order.external_id,
        items=_items(lines),
        day=formats.day(order.placed_on),
        time=f"{local:%H:%M}",
        iso=order.placed_at.isoformat(),
        service=order.get_service_type_display(),
        service_icon=SERVICE_ICONS.get(order.service_type, "receipt"),
        look=look,
        tip=formats.money(order.tip_cents),
        discount=formats.money(-order.discount_cents) if order.discount_cents else "",
        total=formats.money(order.total_cents),
        lines=[
            (formats.number(line.quantity), line.name, formats.money(line.quantity * line.unit_price_cents))
            for line in lines
        ],
    )


def _items(lines: list[OrderLine]) -> str:
    names = [line.name for line in lines]
    named = ", ".join(names[:ITEMS_NAMED])
    return f"{named}, +{len(names) - ITEMS_NAMED}" if len(names) > ITEMS_NAMED else named
