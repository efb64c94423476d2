from django.db import migrations


def rename(old: str, new: str):
    def run(apps, schema_editor):
        entries = apps.get_model("audit", "AuditEntry").objects
        entries.filter(subject_type=old).update(subject_type=new)

    return run


class Migration(migrations.Migration):
    """The log names the model; its entries of folders are found under the new name."""

    dependencies = [
        ("audit", "0006_loyalty_lists"),
        ("orders", "0018_connected_sources"),
    ]

    operations = [
        migrations.RunPython(
            rename("watchedfolder", "connectedsource"), rename("connectedsource", "watchedfolder")
        ),
    ]
