"""Has the visits of everybody who came read within minutes, by `orders.visits.keeping.refresh_due`."""

from django.db import migrations

_MARK = """
UPDATE customers_customerstats SET rhythm_due_on = '0001-01-01'
 WHERE first_order_on IS NOT NULL OR customer_id IN (
    SELECT customer_id FROM orders_reservation WHERE state IN ('seated', 'done') AND customer_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_index_of_waiting_events"),
        ("customers", "0018_visits_in_statistics"),
    ]

    operations = [migrations.RunSQL(_MARK, migrations.RunSQL.noop)]
