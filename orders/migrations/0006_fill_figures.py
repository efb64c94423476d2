"""Fills what sales and deliveries of before say into the figures per day."""

from django.db import migrations

# no line has a second rate yet, and nothing was refunded
_GROSS = "line.quantity * line.unit_price_cents"
_RATE = "(10000 + CAST(ROUND(COALESCE(line.tax_rate, 0) * 100) AS INTEGER))"
_NET = f"((2 * {_GROSS} * 10000 + {_RATE}) / (2 * {_RATE}))"
_KNOWN = "line.unit_cost_cents IS NOT NULL"
_PRODUCT_DAYS = f"""
INSERT INTO orders_productday (organisation_id, day, location_id, product_id,
    quantity, value_cents, costed_quantity, costed_net_cents, cost_cents)
SELECT sold.organisation_id, sold.placed_on, sold.location_id, line.product_id,
    SUM(line.quantity), SUM({_GROSS}),
    SUM(CASE WHEN {_KNOWN} THEN line.quantity ELSE 0 END),
    SUM(CASE WHEN {_KNOWN} THEN {_NET} ELSE 0 END),
    SUM(CASE WHEN {_KNOWN} THEN line.quantity * line.unit_cost_cents ELSE 0 END)
FROM orders_order AS sold JOIN orders_orderline AS line ON line.order_id = sold.id
WHERE sold.status = 'completed'
GROUP BY sold.organisation_id, sold.placed_on, sold.location_id, line.product_id
"""
_DELIVERIES = """
UPDATE customers_dailyfigures SET deliveries = found.deliveries, late = found.late FROM (
    SELECT organisation_id, location_id, source, placed_on, COUNT(*) AS deliveries,
        SUM(CASE WHEN delivered_at > promised_at THEN 1 ELSE 0 END) AS late
    FROM orders_order
    WHERE status = 'completed' AND service_type = 'delivery'
        AND delivered_at IS NOT NULL AND promised_at IS NOT NULL
    GROUP BY organisation_id, location_id, source, placed_on
) AS found
WHERE found.organisation_id = customers_dailyfigures.organisation_id
    AND found.location_id = customers_dailyfigures.location_id
    AND found.source = customers_dailyfigures.source AND found.placed_on = customers_dailyfigures.day
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_delivery_figures"),
        ("orders", "0005_product_days"),
    ]

    operations = [
        migrations.RunSQL(_PRODUCT_DAYS, migrations.RunSQL.noop),
        migrations.RunSQL(_DELIVERIES, migrations.RunSQL.noop),
    ]
