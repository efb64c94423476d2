"""Drivers whose names differ only by case become the oldest of them, with all deliveries."""

from django.db import migrations
from django.db.models.functions import Lower


def merge_doubles(apps, schema_editor):
    """The oldest keeps name and number; it is in the list when one of them was."""
    drivers = apps.get_model("orders", "Driver").objects
    fulfilments = apps.get_model("orders", "Fulfilment").objects
    kept = {}
    for driver in drivers.annotate(lower=Lower("name")).order_by("pk"):
        oldest = kept.setdefault((driver.organisation_id, driver.lower), driver)
        if oldest is driver:
            continue
        fulfilments.filter(driver=driver).update(driver=oldest)
        if driver.archived_at is None:
            drivers.filter(pk=oldest.pk).update(archived_at=None)
        driver.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0010_product_imports"),
    ]

    operations = [
        migrations.RunPython(merge_doubles, migrations.RunPython.noop),
    ]
