from django.db import migrations


def log_earlier_imports(apps, schema_editor):
    """A line in the log of files for each import that has ended, as later ones write it themselves."""
    ImportRun, ExportRun = apps.get_model("customers", "ImportRun"), apps.get_model("audit", "ExportRun")
    runs = ImportRun.objects.filter(state__in=["done", "stopped", "undone"]).order_by("pk")
    lines = (
        ExportRun(
            organisation_id=run.organisation_id,
            actor_id=run.actor_id,
            kind="customer_import",
            filename=run.filename,
            format="" if run.kind == "pasted" else run.kind,
            columns=sorted(name for name in run.mapping.get("columns", {}).values() if name),
            rows_count=run.counts.get("rows", 0),
            sha256=run.sha256,
            status="done",
            started_at=run.started_at or run.created_at,
            finished_at=run.finished_at,
            url=f"/customers/import/{run.pk}/",
        )
        for run in runs.iterator()
    )
    ExportRun.objects.bulk_create(lines, batch_size=500)


def forget_imports(apps, schema_editor):
    apps.get_model("audit", "ExportRun").objects.filter(kind="customer_import").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_import_effects_by_customer"),
        ("audit", "0002_imports_in_the_log"),
    ]

    operations = [
        migrations.RunPython(log_earlier_imports, forget_imports),
    ]
