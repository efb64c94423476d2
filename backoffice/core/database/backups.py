"""A copy of everything that cannot be had again: the database in one moment, and the files of people.

A backup is a folder with `database.sqlite3` or `database.dump`, `media.tar` and `manifest.json`; it appears
under its name only when all of it is on the disk, readable by its owner alone. Files of people in a bucket
are in `media.tar` under the same names as those below MEDIA_ROOT: what was backed up with one can be
restored to the other.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from backoffice.core.files.storage import shared
from backoffice.core.full_disk import whole_or_absent

MEDIA, MANIFEST = "media.tar", "manifest.json"
_PART = ".part"


class BackupFault(Exception):
    """A backup could not be made, or is none that can be restored; the message says why."""


def write_backup(target: Path) -> Path:
    """Write a backup into the folder `target` and return its own folder. Raises BackupFault, OSError."""
    folder = target / f"stammgast-{timezone.now():%Y%m%d-%H%M%S-%f}"
    part = folder.with_name(folder.name + _PART)
    target.mkdir(parents=True, exist_ok=True)
    part.mkdir(mode=0o700)
    try:
        _copy_database(part / _database_name())
        _pack_media(part / MEDIA)
        _write_manifest(part)
        for path in part.iterdir():
            path.chmod(0o600)
            _to_disk(path)
        part.rename(folder)
        _to_disk(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return folder


def read_backup(folder: Path) -> None:
    """Put a backup in the place of this installation's database and files. Raises BackupFault before anything
    is replaced when a part of it is missing, changed, or made for another kind of database.
    """
    _check(folder)
    if bucket := shared():
        _restore_to_bucket(folder, bucket)
        return
    media = Path(settings.MEDIA_ROOT)
    new, old = media.with_name(media.name + ".new"), media.with_name(media.name + ".old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        new.mkdir(parents=True, mode=0o700)
        with tarfile.open(folder / MEDIA) as archive:
            archive.extractall(new, filter="data")
        _replace_database(folder / _database_name())  # the last thing that may find no room
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    if media.exists():
        media.rename(old)
    new.rename(media)
    shutil.rmtree(old, ignore_errors=True)


def _restore_to_bucket(folder: Path, bucket) -> None:
    """Files first, then the database, then away with what the backup does not know: where it breaks off, the
    database that is in place has all its files."""
    here = set()
    with tarfile.open(folder / MEDIA) as archive:
        for member in archive:
            if member.isfile():
                bucket.upload(archive.extractfile(member), member.name)
                here.add(member.name)
    _replace_database(folder / _database_name())
    bucket.delete_all(found.name for found in bucket.below("") if found.name not in here)


def _database_name() -> str:
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.dump"


def _copy_database(path: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        with closing(sqlite3.connect(path)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupFault("The copy of the database is damaged.")
        return
    _run_for_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def _replace_database(path: Path) -> None:
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        connection.close()
        new = place.with_name(place.name + ".new")
        with whole_or_absent(new):
            shutil.copyfile(path, new)
            new.chmod(0o600)
            _to_disk(new)
        for ending in ("-wal", "-shm"):  # they belong to the database that goes
            place.with_name(place.name + ending).unlink(missing_ok=True)
        new.replace(place)
        return
    connection.close()
    _run_for_postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path)
    )


def _server() -> dict:
    """Where PostgreSQL itself answers: pg_dump leaves its settings in the connections of a pooler."""
    if not settings.DATABASE_POOLED:
        return connection.settings_dict
    if not settings.DATABASE_DIRECT:
        raise BackupFault("Set DATABASE_DIRECT_URL: backups are made at PostgreSQL itself, not at a pooler.")
    return settings.DATABASE_DIRECT


def _run_for_postgresql(program: str, *arguments: str) -> None:
    values = _server()
    environment = {
        "PGHOST": values["HOST"],
        "PGPORT": str(values["PORT"] or ""),
        "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"],  # by the environment: arguments are seen by everybody
    }
    database = ["--dbname", values["NAME"]]
    command = [program, *database, *arguments]
    environment = os.environ | {name: value for name, value in environment.items() if value}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise BackupFault(f"{program} is missing. Install the client of PostgreSQL.") from None
    if done.returncode:
        raise BackupFault(f"{program}: {done.stderr.strip()}")


def _pack_media(path: Path) -> None:
    """Files that come or go meanwhile are taken as they are found."""
    if bucket := shared():
        _pack_bucket(path, bucket)
        return
    media = Path(settings.MEDIA_ROOT)
    with tarfile.open(path, "w") as archive:
        for file in sorted(media.rglob("*")) if media.exists() else ():
            try:
                archive.add(file, str(file.relative_to(media)), recursive=False)
            except FileNotFoundError:
                continue


def _pack_bucket(path: Path, bucket) -> None:
    with tarfile.open(path, "w") as archive:
        for found in bucket.below(""):
            entry = tarfile.TarInfo(found.name)
            entry.mtime, entry.mode = found.modified_at.timestamp(), 0o600
            with suppress(FileNotFoundError), bucket.opened(found.name) as (body, size):
                entry.size = size
                archive.addfile(entry, body)


def _write_manifest(folder: Path) -> None:
    applied = MigrationRecorder(connection).applied_migrations()
    manifest = {
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "files": {path.name: _digest(path) for path in folder.iterdir()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))


def _check(folder: Path) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        files = manifest["files"]
    except (OSError, ValueError, KeyError):
        raise BackupFault(f"{folder} is no complete backup.") from None
    if manifest["database"] != connection.vendor:
        raise BackupFault(
            f"This is a backup of {manifest['database']}, the database here is {connection.vendor}."
        )
    for name in (_database_name(), MEDIA):
        path = folder / name
        if not path.exists() or _digest(path) != files.get(name):
            raise BackupFault(f"{name} is missing or was changed.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    with _opened(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
