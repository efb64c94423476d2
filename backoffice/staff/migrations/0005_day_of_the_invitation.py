"""The day of the last invitation; of older ones only the first is known."""

import django.utils.timezone
from django.db import migrations, models


def copy_first_day(apps, schema_editor):
    memberships = apps.get_model("staff", "Membership").objects.using(schema_editor.connection.alias)
    memberships.update(invited_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0004_visible_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="invited_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(copy_first_day, migrations.RunPython.noop, elidable=True),
    ]
