import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_jobs_and_workers"),
        ("staff", "0002_cache_table"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="job",
            name="job_active",
        ),
        migrations.RemoveField(
            model_name="job",
            name="task_id",
        ),
        migrations.AddField(
            model_name="job",
            name="due_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="job",
            name="priority",
            field=models.SmallIntegerField(default=-10),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="job",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="staff.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="title",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                models.F("leased_until"), condition=models.Q(("status", "running")), name="job_leased"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("status", "queued")),
                fields=["-priority", "due_at", "id"],
                name="job_due",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                models.F("organisation"),
                models.F("finished_at"),
                condition=models.Q(("organisation", None)),
                name="job_old_task",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("organisation__isnull", False),
                    models.Q(
                        ("actor__isnull", True), ("cancel_requested", False), ("title", ""), ("url", "")
                    ),
                    _connector="OR",
                ),
                name="job_for_people_has_organisation",
            ),
        ),
    ]
