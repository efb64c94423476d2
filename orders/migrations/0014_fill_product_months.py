"""Adds up by month what was sold per day."""

from django.db import migrations

_FILL = """
INSERT INTO orders_productmonth (organisation_id, month, location_id, product_id,
    quantity, value_cents, costed_quantity, costed_net_cents, cost_cents)
SELECT organisation_id, {month}, location_id, product_id,
    SUM(quantity), SUM(value_cents), SUM(costed_quantity), SUM(costed_net_cents), SUM(cost_cents)
FROM orders_productday GROUP BY organisation_id, {month}, location_id, product_id
"""
_MONTHS = {"postgresql": "CAST(date_trunc('month', day) AS date)", "sqlite": "date(day, 'start of month')"}


def fill(apps, schema_editor):
    schema_editor.execute(_FILL.format(month=_MONTHS[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0013_product_months"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
