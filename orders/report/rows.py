"""One page of the report: receipts as cells, and the places of its neighbours."""

from dataclasses import dataclass
from html import escape

from django.db.models import F
from django.utils.safestring import SafeString

from backoffice.core.pages.paging import Cursor, beyond
from backoffice.core.pages.row_formats import row_format
from backoffice.core.text.formats import Formats
from orders.choices import OrderStatus, ServiceType
from orders.receipts import Look, customer_name, late_by, status_look
from orders.report import cells
from orders.report.state import SORTS, ReportState

PER_PAGE = 50
_READ = (
    *("pk", "external_id", "placed_at", "placed_on", "location__name", "source", "service_type", "status"),
    *("promised_at", "delivered_at", "total_cents", "refunded_cents", "tip_cents"),
    *("customer_id", "customer__first_name", "customer__last_name", "customer__company"),
    "customer__stats__degree",
)
_CELLS = ("css", "receipt", "who", "location", "service", "source", "status", "tip", "amount")


@dataclass(frozen=True)
class ReceiptPage:
    """`rows` are those of the table, as HTML and empty without receipts; `before` and `after` are parts of
    addresses, empty where there is nothing more."""

    rows: SafeString
    before: str
    after: str


def receipt_page(state: ReportState, formats: Formats) -> ReceiptPage:
    """One query over the sort's index or the period's receipts."""
    before, after = state.cursor("before"), state.cursor("after")
    sort = SORTS[state.order.name]
    descending = state.order.descending != (before is not None)
    receipts = state.receipts
    if cursor := before or after:
        receipts = beyond(receipts, sort.column, "pk", cursor, descending=descending)
    key = F(sort.column) if isinstance(sort.column, str) else sort.column
    ends = (key, F("pk"))
    receipts = receipts.order_by(*(end.desc() if descending else end.asc() for end in ends))
    found = list(receipts.annotate(sort_key=key).values_list(*_READ, "sort_key")[: PER_PAGE + 1])
    has_more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    if before is not None:
        found.reverse()
    has_before = has_more if before is not None else after is not None
    has_after = before is not None or has_more
    orders = [dict(zip(_READ, values, strict=False)) for values in found]
    base, row = cells.addresses(), row_format("orders/report/_row.html", _cells_of(state.organisation))
    rows = (_cells(order, formats, base) for order in orders)
    return ReceiptPage(
        SafeString("".join(map(row.format_map, rows))),
        _place(found[0]) if found and has_before else "",
        _place(found[-1]) if found and has_after else "",
    )


def _cells_of(organisation) -> tuple[str, ...]:
    """Who it was is left out while the house collects no customers."""
    return _CELLS if organisation.collects_customers else tuple(name for name in _CELLS if name != "who")


def _place(values: tuple) -> str:
    return Cursor(values[-1], values[0]).encode()


def _cells(order: dict, formats: Formats, base: cells.Addresses) -> dict[str, str]:
    """The row's values as HTML."""
    refunded, placed_at = order["refunded_cents"], order["placed_at"]
    degree = order["customer__stats__degree"]
    placed = f"{formats.day(order['placed_on'])}, {formats.local(placed_at):%H:%M}"
    left = formats.money(order["total_cents"] - refunded) if refunded else ""
    return {
        "css": "is-void" if order["status"] == OrderStatus.VOIDED else "",
        "receipt": cells.receipt(order["pk"], order["external_id"], placed_at.isoformat(), placed, base),
        "who": cells.who(order["customer_id"], customer_name(order), degree, formats.language, base),
        "location": escape(order["location__name"]),
        "service": cells.service(order["service_type"], formats.language),
        "source": cells.source(order["source"], formats.language),
        "status": cells.status(_look(order, formats)),
        "tip": escape(formats.money(order["tip_cents"])),
        "amount": cells.amount(formats.money(order["total_cents"]), left),
    }


def _look(order: dict, formats: Formats) -> Look:
    moments = order["promised_at"], order["delivered_at"]
    look = status_look(
        order["status"], order["service_type"], *moments, refunded=bool(order["refunded_cents"])
    )
    is_late = order["service_type"] == ServiceType.DELIVERY and look.tone == "warn" and look.icon == "clock"
    return look._replace(word=late_by(*moments, formats)) if is_late else look
