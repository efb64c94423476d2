"""Mail that waits in the table of django-tasks-db, which was the queue before, moves into ours."""

from datetime import UTC, datetime

from django.apps import apps as installed
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder

OLD_APP = "django_tasks_database"
OLD_TABLE = f"{OLD_APP}_dbtaskresult"
LONG_JOB = "backoffice.jobs.services.carry_out"  # had a row in our table besides
AT_ONCE = datetime(9999, 1, 1, tzinfo=UTC)  # how the old table said that a task may begin now


def take_over(apps, schema_editor):
    """Move what waits or had been begun, then drop the old table: sent mail in it names people, and nobody
    would clear it any more. An installation that still uses the old queue keeps it.
    """
    connection = schema_editor.connection
    if installed.is_installed("django_tasks_db") or OLD_TABLE not in connection.introspection.table_names():
        return
    if connection.vendor == "postgresql":
        schema_editor.execute(f"LOCK TABLE {OLD_TABLE} IN ACCESS EXCLUSIVE MODE")
    old_task, job = apps.get_model("jobs", "OldTask"), apps.get_model("jobs", "Job")
    unfinished = old_task.objects.filter(status__in=["READY", "RUNNING"]).exclude(task_path=LONG_JOB)
    for task in unfinished.order_by("enqueued_at").iterator(chunk_size=100):
        job.objects.create(**_row(task))
    schema_editor.delete_model(old_task)
    MigrationRecorder(connection).migration_qs.filter(app=OLD_APP).delete()


def _row(task) -> dict:
    """A mail whose worker may have died is begun again, and remembers how often it was."""
    return {
        "kind": task.task_path,
        "params": task.args_kwargs,
        "priority": task.priority,
        "due_at": task.enqueued_at if task.run_after == AT_ONCE else task.run_after,
        "created_at": task.enqueued_at,
        "attempts": len(task.worker_ids),
        "stalled_attempts": len(task.worker_ids),
    }


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_one_queue")]

    operations = [
        migrations.CreateModel(
            "OldTask",
            [
                ("id", models.UUIDField(primary_key=True)),
                ("status", models.CharField(max_length=10)),
                ("enqueued_at", models.DateTimeField()),
                ("args_kwargs", models.JSONField()),
                ("priority", models.IntegerField()),
                ("task_path", models.TextField()),
                ("worker_ids", models.JSONField()),
                ("run_after", models.DateTimeField()),
            ],
            options={"managed": False, "db_table": OLD_TABLE},
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.DeleteModel("OldTask"),
    ]
