"""What statistics and figures must be, as the orders themselves say."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Q, Sum

from customers.extensions import Truth
from orders.choices import OrderStatus
from orders.models import Order

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
        )
    )
