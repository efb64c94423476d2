"""Backups by processes of their own, as an owner makes them: of a database in use, complete or absent."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.db import connection

from backoffice.core.database import backups
from backoffice.core.database.backups import BackupFault, write_backup
from tests.factories import make_customer
from tests.jobs.test_worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "pictures").mkdir(parents=True)
    (settings.MEDIA_ROOT / "pictures" / "a.webp").write_bytes(b"picture")
    return settings.MEDIA_ROOT


@pytest.fixture
def manage(tmp_path):
    """A management command in a process of its own, on a database of its own."""

    def manage(*command, url=None) -> subprocess.CompletedProcess:
        environment = os.environ | {
            "DATABASE_URL": url or f"sqlite:///{tmp_path / 'own.sqlite3'}",
            "VAR_DIR": str(tmp_path / "var"),
            "DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        }
        arguments = [sys.executable, "manage.py", *command]
        return subprocess.run(  # noqa: S603
            arguments, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )

    return manage


def names(path: Path) -> list[str]:
    import sqlite3

    with sqlite3.connect(path) as database:
        return [name for (name,) in database.execute("SELECT first_name FROM customers_customer")]


def test_a_backup_of_a_database_in_use_is_whole_and_for_its_owner_alone(
    organisation, location, media, tmp_path
):
    make_customer(organisation, first_name="Anna")
    writing = Thread(target=lambda: [make_customer(organisation) for _ in range(20)] and connection.close())
    writing.start()
    folder = write_backup(tmp_path / "backups")
    writing.join()

    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["database"] == connection.vendor
    assert set(manifest["files"]) == {backups._database_name(), "media.tar"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    if connection.vendor == "sqlite":
        assert "Anna" in names(folder / "database.sqlite3")


def test_a_backup_that_breaks_off_leaves_nothing(organisation, media, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(backups, "_pack_media", full)
    with pytest.raises(OSError, match="No space left"):
        write_backup(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_was_changed_or_is_of_another_kind_is_not_restored(organisation, media, tmp_path):
    folder = write_backup(tmp_path / "backups")
    (folder / "media.tar").write_bytes(b"")
    with pytest.raises(BackupFault, match=r"media\.tar is missing or was changed"):
        backups.read_backup(folder)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"database": "oracle"}))
    with pytest.raises(BackupFault, match="of oracle"):
        backups.read_backup(folder)
    manifest.unlink()
    with pytest.raises(BackupFault, match="no complete backup"):
        backups.read_backup(folder)


@pytest.mark.slow
def test_backup_and_restore_from_the_command_line(manage, tmp_path):
    """On a SQLite database of its own: what came after the backup is gone, files too."""
    assert manage("migrate", "-v0").returncode == 0
    assert manage("setup", "--organisation", "Ahorn", "--email", "a@example.org").returncode == 0
    picture = tmp_path / "var" / "media" / "pictures" / "a.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    done = manage("backup", str(tmp_path / "backups"))
    assert done.returncode == 0, done.stderr
    folder = next((tmp_path / "backups").iterdir())

    assert manage("setup", "--organisation", "Birke", "--email", "b@example.org").returncode == 0
    picture.unlink()
    assert "--replace" in manage("restore", str(folder)).stderr
    done = manage("restore", str(folder), "--replace")
    assert done.returncode == 0, done.stderr

    assert picture.read_bytes() == b"picture"
    listed = manage(
        "shell", "-c", "from backoffice.staff.models import *; print(Organisation.objects.count())"
    )
    assert listed.stdout.strip().splitlines()[-1] == "1"
    assert manage("check_invariants").returncode == 0


@pytest.mark.postgresql
def test_a_backup_of_postgresql_can_be_restored(manage, organisation, location, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    make_customer(organisation, first_name="Anna")
    url = database_url()
    done = manage("backup", str(tmp_path / "backups"), url=url)
    assert done.returncode == 0, done.stderr
    folder = next((tmp_path / "backups").iterdir())
    make_customer(organisation, first_name="Later")
    connection.close()
    done = manage("restore", str(folder), "--replace", url=url)
    assert done.returncode == 0, done.stderr

    from customers.models import Customer

    assert list(Customer.objects.values_list("first_name", flat=True)) == ["Anna"]


@pytest.mark.slow
def test_database_and_pictures_are_for_their_owner_alone(manage, tmp_path):
    os.umask(0o022)
    assert manage("migrate", "-v0").returncode == 0
    script = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
print(default_storage.path(default_storage.save("pictures/7/a.webp", ContentFile(b"x"))))
"""
    picture = Path(manage("shell", "-c", script).stdout.strip().splitlines()[-1])
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    assert stat.S_IMODE(picture.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "own.sqlite3").stat().st_mode) == 0o600
