"""Sign-in limits count in the database cache; its table comes with the rest of the database."""

from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_people_and_places")]
    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
