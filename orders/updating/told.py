"""An order as other programs are told of one: by the API, and by webhooks (OUTBOX_DATA)."""

from orders.models import Order


def order_shown(order: Order) -> dict:
    names = (
        *("id", "source", "external_id", "service_type", "status", "placed_at", "promised_at"),
        *("delivered_at", "recorded_at", "total_cents", "discount_cents", "tip_cents", "refunded_cents"),
        "customer_id",
    )
    return {name: getattr(order, name) for name in names} | {
        "updated_at": order.source_updated_at,
        "location": order.location.name,
        "currency": order.organisation.currency,
        "lines": [
            {
                "item": line.name,
                "quantity": line.quantity,
                "unit_price_cents": line.unit_price_cents,
                "tax_rate": None if line.tax_rate is None else f"{line.tax_rate:.2f}",
                "note": line.note,
            }
            for line in order.lines.all()
        ],
        "payments": [
            {"method": payment.method, "amount_cents": payment.amount_cents}
            for payment in order.payments.all()
        ],
    }


def order_data(organisation, pk: int, facts: dict) -> dict | None:
    orders = Order.objects.filter(organisation=organisation).select_related("location", "organisation")
    order = orders.prefetch_related("lines", "payments").filter(pk=pk).first()
    return order and order_shown(order)
