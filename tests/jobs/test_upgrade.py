"""Mail that waited in the queue before ours is not lost by an upgrade."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from backoffice.jobs.models import Job

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OLD_TABLE = "django_tasks_database_dbtaskresult"
MAIL, LONG_JOB = "backoffice.core.mail.deliver", "backoffice.jobs.services.carry_out"
AT_ONCE = datetime(9999, 1, 1, tzinfo=UTC)
LATER = datetime(2031, 5, 1, 12, 30, tzinfo=UTC)


def go_to(*targets) -> None:
    MigrationExecutor(connection).migrate([("jobs", name) for name in targets])


@pytest.fixture(autouse=True)
def _newest():
    """What other apps have built on these migrations goes with them, and comes back here."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def old_queue():
    """The database as the last version left it, with its queue."""
    go_to("0001_jobs_and_workers")
    state = MigrationExecutor(connection).loader.project_state([("jobs", "0001_jobs_and_workers")])
    fields = {
        "id": models.UUIDField(primary_key=True),
        "status": models.CharField(max_length=10),
        "enqueued_at": models.DateTimeField(),
        "started_at": models.DateTimeField(null=True),
        "args_kwargs": models.JSONField(),
        "priority": models.IntegerField(),
        "task_path": models.TextField(),
        "worker_ids": models.JSONField(),
        "run_after": models.DateTimeField(),
    }
    meta = type("Meta", (), {"app_label": "old_queue", "db_table": OLD_TABLE, "apps": state.apps})
    model = type("DBTaskResult", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    with connection.schema_editor() as editor:
        editor.create_model(model)
    MigrationRecorder(connection).record_applied("django_tasks_database", "0001_initial")
    yield model
    if OLD_TABLE in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.delete_model(model)
    go_to("0003_take_over_waiting_tasks")


def store(model, number: int, status: str, path: str = MAIL, run_after=AT_ONCE, workers=()) -> None:
    model.objects.create(
        id=f"{number:032x}",
        status=status,
        enqueued_at=timezone.now(),
        args_kwargs={"args": [f"mail {number}"], "kwargs": {}},
        priority=0,
        task_path=path,
        worker_ids=list(workers),
        run_after=run_after,
    )


def test_waiting_mail_moves_into_the_queue_and_the_old_table_goes(old_queue):
    store(old_queue, 1, "READY")
    store(old_queue, 2, "RUNNING", workers=["killed by the upgrade"])
    store(old_queue, 3, "READY", run_after=LATER)
    store(old_queue, 4, "SUCCESSFUL")
    store(old_queue, 5, "READY", path=LONG_JOB)

    go_to("0003_take_over_waiting_tasks")

    moved = Job.objects.order_by("pk")
    assert [row.params["args"] for row in moved] == [["mail 1"], ["mail 2"], ["mail 3"]]
    assert {(row.kind, row.status, row.priority) for row in moved} == {(MAIL, "queued", 0)}
    assert [row.pk for row in Job.objects.ready()] == [moved[0].pk, moved[1].pk]
    assert (moved[1].stalled_attempts, moved[2].due_at) == (1, LATER)
    assert OLD_TABLE not in connection.introspection.table_names()
    assert not MigrationRecorder(connection).migration_qs.filter(app="django_tasks_database").exists()


def test_an_installation_that_keeps_the_old_queue_keeps_its_table(old_queue, monkeypatch):
    store(old_queue, 1, "READY")
    monkeypatch.setattr("django.apps.registry.Apps.is_installed", lambda self, name: True)

    go_to("0003_take_over_waiting_tasks")

    assert old_queue.objects.count() == 1 and not Job.objects.exists()
    assert json.dumps(old_queue.objects.get().args_kwargs)


def test_without_an_old_queue_there_is_nothing_to_move():
    go_to("0001_jobs_and_workers")

    go_to("0003_take_over_waiting_tasks")

    assert not Job.objects.exists()
