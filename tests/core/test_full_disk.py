"""A disk without room: a small one that is really full, and databases that say so themselves."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from backoffice.core.database import backups
from backoffice.core.files.storage import WholeFileStorage
from backoffice.core.full_disk import is_disk_full
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from backoffice.staff.views import account
from customers.importing import runs
from customers.importing.mapping import CustomerMapping
from customers.models import Customer, ImportRun

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024
GUESTS = b"first_name,email\r\n" + b"".join(b"Anna,anna%d@example.org\r\n" % n for n in range(40))


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    """A disk of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


@pytest.fixture
def disk(small_disk, settings):
    """Where uploads and files of people lie; empty again after the test."""
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = small_disk / "media", str(small_disk)
    yield small_disk
    subprocess.run(["find", str(small_disk), "-mindepth", "1", "-delete"], check=True)  # noqa: S603, S607


@contextmanager
def full(disk: Path, leave: int = 0):
    """Fill the disk but for some bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"a" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC
        file.truncate(max(0, file.tell() - leave))
    yield
    ballast.unlink()


def files_on(disk: Path) -> list[str]:
    return [path.name for path in disk.rglob("*") if path.is_file() and path.name != "ballast"]


@pytest.fixture
def visitor(manager):
    client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    client.force_login(manager)
    return client


@pytest.mark.parametrize("size", [3 * MIB, len(GUESTS)])
def test_an_upload_says_that_there_is_no_room_and_leaves_nothing(disk, visitor, location, size):
    """The large one fails on its way in, the small one where it would be kept."""
    upload = SimpleUploadedFile("guests.csv", GUESTS.ljust(size, b"\n"))
    with full(disk):
        answer = visitor.post(reverse("customers:import"), {"kind": "file", "file": upload})

    assert answer.status_code == 507
    assert "disk of this installation is full" in answer.content.decode()
    assert files_on(disk) == []
    assert not ImportRun.objects.exists()


def test_a_picture_without_room_is_not_stored_in_part(disk):
    storage = WholeFileStorage(disk / "media")
    with full(disk, leave=8192), pytest.raises(OSError, match="No space left"):
        storage.save("a.webp", ContentFile(b"a" * 100_000))

    assert files_on(disk) == []


@pytest.fixture
def bring(organisation, location, manager):
    def bring(content=GUESTS):
        return runs.start_upload(
            organisation=organisation, actor=manager, name="guests.csv", size=len(content), chunks=[content]
        )

    return bring


def worked(run) -> Job:
    """Its job as a worker leaves it; the run is loaded anew."""
    run.refresh_from_db()
    run_job(run.job_id)
    run.refresh_from_db()
    return Job.objects.get(pk=run.job_id)


def says_no_room(job) -> bool:
    return job.status == Job.Status.FAILED and "nothing is wrong with it" in job.error


def test_reading_without_room_keeps_the_file_and_goes_on_later(disk, bring, visitor):
    run = bring(GUESTS * 300)
    with full(disk):
        assert says_no_room(worked(run))
        page = visitor.get(reverse("customers:import-run", args=[run.pk])).content.decode()

    assert "nothing is wrong with it" in page and "Put the file right" not in page
    assert files_on(disk) == ["upload"]

    visitor.post(reverse("customers:import-again", args=[run.pk]))
    assert worked(run).status == Job.Status.DONE


def test_a_check_without_room_can_be_had_again(disk, bring):
    run = bring(GUESTS * 100)
    assert worked(run).status == Job.Status.DONE
    with full(disk, leave=4096):
        runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)
        assert says_no_room(worked(run))

    assert "keys.sqlite3" not in files_on(disk)
    runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)
    assert worked(run).status == Job.Status.DONE


@contextmanager
def database_without_room():
    """A database that may not grow by a page."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told to stay as small as it is")
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def test_an_import_whose_database_is_full_stops_and_goes_on_later(bring, visitor):
    run = bring(
        b"first_name,email,notes\r\n"
        + b"".join(b"Anna,anna%d@example.org,%s\r\n" % (n, b"n" * 1500) for n in range(1500))
    )
    worked(run)
    runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)
    worked(run)
    visitor.post(reverse("customers:import-start", args=[run.pk]))
    with database_without_room():
        assert says_no_room(worked(run))

    page = visitor.get(reverse("customers:import-run", args=[run.pk])).content.decode()
    assert "nothing is wrong with it" in page
    visitor.post(reverse("customers:import-continue", args=[run.pk]))
    assert worked(run).status == Job.Status.DONE
    assert Customer.objects.count() == 1500


def test_a_form_whose_database_is_full_says_so(visitor, location):
    names = {"first_name": "Anna", "last_name": "A", "notes": "n" * 1900}
    with database_without_room():
        visitor.post(reverse("customers:new"), names | {"email": "anna@example.org"})
        answer = visitor.post(reverse("customers:new"), names | {"email": "bea@example.org"})

    assert answer.status_code == 507


@pytest.mark.django_db(transaction=True)
def test_a_backup_without_room_says_so_in_one_line(disk):
    with full(disk, leave=65_536), pytest.raises(CommandError, match=r"(?i)full|no space"):
        call_command("backup", str(disk / "backups"))

    assert files_on(disk) == []


@pytest.mark.django_db(transaction=True)
def test_a_restore_without_room_leaves_what_was_there(disk, settings, tmp_path, monkeypatch):
    replaced = []
    monkeypatch.setattr(backups, "_replace_database", replaced.append)
    picture = settings.MEDIA_ROOT / "a.webp"
    picture.parent.mkdir()
    picture.write_bytes(b"a" * 100_000)
    call_command("backup", str(tmp_path))
    (backup,) = tmp_path.iterdir()

    with full(disk, leave=16_384), pytest.raises(CommandError, match="No space"):
        call_command("restore", str(backup), "--replace")

    assert files_on(disk) == ["a.webp"]
    assert replaced == []


class DiskFull(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("fault", "status"),
    [(OSError(errno.ENOSPC, "full"), 507), (DiskFull(), 507), (ValueError(), 503)],
)
def test_the_answer_follows_what_lies_behind_the_error(visitor, monkeypatch, fault, status):
    def broken(*args, **kwargs):
        raise OperationalError("as Django says it") from fault

    monkeypatch.setattr(account.AccountView, "get", broken)

    answer = visitor.get(reverse("staff:account"))
    assert answer.status_code == status
    assert int(answer["Retry-After"]) > 0
    assert is_disk_full(fault) == (status == 507)
