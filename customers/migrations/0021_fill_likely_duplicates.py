from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    candidates = apps.get_model("customers", "DuplicateCandidate").objects.all()
    customers = apps.get_model("customers", "Customer").objects.filter(pk=OuterRef("one_id"))
    candidates.update(
        organisation_id=Subquery(customers.values("organisation_id")[:1]), reasons=["phone_and_email"]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0020_likely_duplicates"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
