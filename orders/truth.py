"""What statistics and figures must be, as the orders themselves say."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum

from backoffice.core.database.bulk import insert_rows
from backoffice.core.text.money import divide_sql
from customers.extensions import Truth
from orders.choices import OrderStatus, ServiceType
from orders.models import Order, ProductDay, ProductMonth
from orders.models.product_day import PRODUCT_SUMS

_LEFT = F("total_cents") - F("refunded_cents")
FIELDS = (
    "receipts_count",
    "revenue_cents",
    "tips_cents",
    "first_order_on",
    "last_order_at",
    "last_order_status",
    "last_service_type",
)

# One pass over the orders for the sums; the latest order of each customer by its index. The status
# is that of `orders.models.order.delivery_status`.
_STATISTICS = """
SELECT sums.customer_id, sums.receipts_count, sums.revenue_cents, sums.tips_cents, sums.first_order_on,
       latest.placed_at AS last_order_at,
       CASE WHEN latest.service_type IS NULL OR latest.service_type <> 'delivery' THEN ''
            WHEN latest.delivered_at IS NULL THEN 'open'
            WHEN latest.promised_at IS NULL THEN ''
            WHEN latest.delivered_at <= latest.promised_at THEN 'on_time'
            ELSE 'late' END AS last_order_status,
       COALESCE(latest.service_type, '') AS last_service_type
FROM (
    SELECT customer_id,
           SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS receipts_count,
           SUM(CASE WHEN status = 'completed' THEN total_cents - refunded_cents ELSE 0 END) AS revenue_cents,
           SUM(CASE WHEN status = 'completed' THEN tip_cents ELSE 0 END) AS tips_cents,
           MIN(CASE WHEN status = 'completed' THEN placed_on END) AS first_order_on
    FROM orders_order WHERE organisation_id = %s AND customer_id IS NOT NULL{customers}
    GROUP BY customer_id
) AS sums
LEFT JOIN orders_order AS latest ON latest.id = (
    SELECT id FROM orders_order AS newest
    WHERE newest.customer_id = sums.customer_id AND newest.status <> 'voided'
    ORDER BY newest.placed_at DESC, newest.id DESC LIMIT 1
)
"""


def order_statistics(organisation, customer_ids: Iterable[int] | None = None) -> Truth:
    """Everything CustomerStats knows of orders, for some customers or for all that ordered."""
    if customer_ids is None:
        return Truth(_STATISTICS.format(customers=""), (organisation.pk,), FIELDS)
    ids = tuple(customer_ids)
    customers = f" AND customer_id IN ({', '.join(['%s'] * len(ids))})"
    return Truth(_STATISTICS.format(customers=customers), (organisation.pk, *ids), FIELDS)


def daily_receipts(organisation) -> Iterator[dict]:
    """Receipts per location, source and day."""
    known = Q(customer__isnull=False)
    delivered = Q(service_type=ServiceType.DELIVERY, delivered_at__isnull=False, promised_at__isnull=False)
    late = delivered & Q(delivered_at__gt=F("promised_at"))
    yield from (
        Order.objects.filter(organisation=organisation, status=OrderStatus.COMPLETED)
        .order_by()
        .values("location_id", "source", day=F("placed_on"))
        .annotate(
            receipts=Count("pk"),
            revenue_cents=Sum(_LEFT),
            tips_cents=Sum("tip_cents"),
            known_receipts=Count("pk", filter=known),
            known_revenue_cents=Sum(_LEFT, filter=known, default=0),
            deliveries=Count("pk", filter=delivered),
            late=Count("pk", filter=late),
        )
    )


# what is left of a line after refunds; `net` says what orders.figures.net_cents says
_LEFT_OF_LINE = "(line.quantity - COALESCE(back.quantity, 0))"
_GROSS = f"({_LEFT_OF_LINE} * line.unit_price_cents)"
_SECOND = f"COALESCE({divide_sql(f'{_GROSS} * line.second_tax_pct', '100')}, 0)"
_RATE, _SECOND_RATE = (
    f"CAST(ROUND(COALESCE(line.{name}, 0) * 100) AS INTEGER)" for name in ("tax_rate", "second_tax_rate")
)
_NET = (
    f"({divide_sql(f'({_GROSS} - {_SECOND}) * 10000', f'(10000 + {_RATE})')}"
    f" + {divide_sql(f'{_SECOND} * 10000', f'(10000 + {_SECOND_RATE})')})"
)
_COSTED = "line.unit_cost_cents IS NOT NULL"
_SUMS = f"""
    SUM({_LEFT_OF_LINE}), SUM({_GROSS}),
    SUM(CASE WHEN {_COSTED} THEN {_LEFT_OF_LINE} ELSE 0 END),
    SUM(CASE WHEN {_COSTED} THEN {_NET} ELSE 0 END),
    SUM(CASE WHEN {_COSTED} THEN {_LEFT_OF_LINE} * line.unit_cost_cents ELSE 0 END)
"""


def sold_sql(keys: str, where: str, more: str = "") -> str:
    """PRODUCT_SUMS as the receipts say, by `keys`, then `more`: columns of `sold` (the order) and `line`.

    `where` says which orders and stands there twice, and so do its parameters. Lines of which nothing is
    left count nowhere.
    """
    return f"""
SELECT {keys}, {_SUMS}{more}
FROM orders_order AS sold
JOIN orders_orderline AS line ON line.order_id = sold.id
LEFT JOIN (
    SELECT part.line_id, SUM(part.quantity) AS quantity
    FROM orders_order AS sold
    JOIN orders_orderrefund AS refund ON refund.order_id = sold.id
    JOIN orders_orderrefundline AS part ON part.refund_id = refund.id
    WHERE {where} GROUP BY part.line_id
) AS back ON back.line_id = line.id
WHERE {where} AND sold.status = 'completed' AND {_LEFT_OF_LINE} > 0
GROUP BY {keys}
"""  # noqa: S608


def _true_products(organisation) -> dict[type, dict[tuple, tuple]]:
    """The sums of ProductDay and ProductMonth as the receipts say, by (day, location_id, product_id)."""
    sql = sold_sql("sold.placed_on, sold.location_id, line.product_id", "sold.organisation_id = %s")
    to_day = Order._meta.get_field("placed_on").to_python
    with connection.cursor() as cursor:
        cursor.execute(sql, [organisation.pk] * 2)
        days = {(to_day(row[0]), *row[1:3]): tuple(map(int, row[3:])) for row in cursor.fetchall()}
    days = {key: sums for key, sums in days.items() if any(sums)}
    return {ProductDay: days, ProductMonth: ProductMonth.sums_of(days)}


def product_problems(organisation) -> Iterator[str]:
    for model, true in _true_products(organisation).items():
        names = (*model.KEYS[1:], *PRODUCT_SUMS)
        rows = model.objects.filter(organisation=organisation).values_list(*names)
        stored = {row[:3]: row[3:] for row in rows if any(row[3:])}
        for key in sorted(stored.keys() | true.keys()):
            if stored.get(key) != true.get(key):
                what = model._meta.verbose_name
                yield f"I3 {what} {key}: is {stored.get(key)}, must be {true.get(key)}"


@transaction.atomic
def rebuild_products(organisation) -> None:
    """Write their figures anew from the receipts; on PostgreSQL writers wait meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE orders_productday, orders_productmonth IN SHARE ROW EXCLUSIVE MODE")
    for model, true in _true_products(organisation).items():
        model.objects.filter(organisation=organisation).delete()
        rows = ((organisation.pk, *key, *sums) for key, sums in true.items())
        insert_rows(model, (*model.KEYS, *PRODUCT_SUMS), rows)
