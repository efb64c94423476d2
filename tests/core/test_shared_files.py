"""Files in a bucket that several hosts share, on a real server that speaks S3."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings

from backoffice.core.database import backups
from backoffice.core.database.backups import read_backup, write_backup
from backoffice.core.files.removing import remove_file
from backoffice.core.files.storage import StorageAway
from backoffice.core.files.working import WorkFolder, clear_copies, folders_older
from backoffice.jobs.models import Job
from tests.buckets import names

pytestmark = pytest.mark.either


@pytest.fixture
def folder(bucket, hosts):
    """One folder, as the host that asks sees it."""

    def folder(host: str) -> WorkFolder:
        hosts(host)
        return WorkFolder("imports/abc")

    return folder


def put(folder: WorkFolder, file: str, content: bytes) -> None:
    folder.create()
    (folder.path / file).write_bytes(content)
    folder.keep(file)


def away(settings):
    """The server of the bucket cannot be reached."""
    own = settings.STORAGES["default"]
    options = own["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    return override_settings(STORAGES=settings.STORAGES | {"default": own | {"OPTIONS": options}})


def test_another_host_finds_a_file_that_was_kept(folder):
    put(folder("a"), "rows", b"one")
    assert folder("b").existing("rows").read_bytes() == b"one"
    assert Path(folder("b").path) != Path(folder("a").path)


def test_a_copy_of_an_earlier_version_is_fetched_anew(folder):
    put(folder("a"), "rows", b"one")
    folder("b").existing("rows")
    put(folder("a"), "rows", b"two")
    assert folder("b").existing("rows").read_bytes() == b"two"


def test_what_a_killed_process_left_half_written_does_not_count(folder):
    put(folder("a"), "rows", b"whole")
    (folder("a").path / "rows").write_bytes(b"ha")
    assert folder("a").existing("rows").read_bytes() == b"whole"


def test_a_copy_that_is_good_is_not_fetched_twice(folder):
    put(folder("a"), "rows", b"one")
    before = folder("b").existing("rows").stat().st_ino
    assert folder("b").existing("rows").stat().st_ino == before


def test_a_change_in_place_reaches_the_other_host_or_counts_nowhere(folder, settings):
    put(folder("a"), "keys", b"1")
    with folder("b").changing("keys") as path:
        path.write_bytes(b"2")
    assert folder("a").existing("keys").read_bytes() == b"2"
    with pytest.raises(StorageAway), folder("b").changing("keys") as path, away(settings):
        path.write_bytes(b"3")
        folder("b").keep("keys")
    assert folder("b").existing("keys").read_bytes() == b"2"


def test_a_removed_folder_is_gone_from_the_bucket_and_from_this_host(folder, bucket):
    put(folder("a"), "rows", b"one")
    folder("b").existing("rows")
    folder("b").remove()
    assert names(bucket) == [] and not folder("b").path.exists()
    with pytest.raises(FileNotFoundError):
        folder("a").existing("rows")  # its copy alone is none


def test_copies_that_nobody_asked_for_in_a_day_go_and_the_bucket_stays(folder, bucket):
    put(folder("a"), "rows", b"one")
    for path in (*folder("a").path.glob("*"), folder("a").path):
        os.utime(path, (time.time() - 90_000,) * 2)
    clear_copies()
    assert not folder("a").path.exists() and names(bucket) == ["imports/abc/rows"]
    assert folder("a").existing("rows").read_bytes() == b"one"


def test_old_folders_are_known_by_the_bucket(folder):
    put(folder("a"), "rows", b"one")
    folder("b")
    assert folders_older("imports", 3600) == set()
    assert folders_older("imports", -5) == {"abc"}


def test_objects_are_private_and_have_no_address(bucket):
    name = bucket.save("pictures/1/a.webp", ContentFile(b"x"))
    grants = bucket.bucket.Object(f"stammgast/{name}").Acl().grants
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]
    assert bucket.url(name) == ""


def test_a_bucket_that_is_away_says_so_in_time(bucket, settings):
    started = time.monotonic()
    with away(settings), pytest.raises(StorageAway):
        bucket.save("pictures/1/a.webp", ContentFile(b"x"))
    assert time.monotonic() - started < 20


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_removed_now_is_removed_later(bucket, settings):
    name = bucket.save("pictures/1/a.webp", ContentFile(b"x"))
    with away(settings):
        remove_file(name)
    assert names(bucket) == [name]
    assert [job.kind for job in Job.objects.all()] == ["backoffice.core.files.removing.remove_now"]
    remove_file(name)
    assert names(bucket) == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_bucket_and_puts_it_back(organisation, folder, bucket, tmp_path, monkeypatch):
    name = bucket.save("pictures/1/a.webp", ContentFile(b"picture"))
    put(folder("a"), "rows", b"one")
    written = write_backup(tmp_path / "backups")
    bucket.delete(name)
    later = bucket.save("pictures/1/b.webp", ContentFile(b"later"))
    put(folder("a"), "rows", b"two")

    monkeypatch.setattr(backups, "_replace_database", lambda path: None)  # that of the tests stays
    read_backup(written)
    assert names(bucket) == ["imports/abc/rows", name] and later not in names(bucket)
    assert bucket.open(name).read() == b"picture"
    assert folder("b").existing("rows").read_bytes() == b"one"


def test_without_a_bucket_nothing_is_copied_or_noted(hosts, tmp_path):
    hosts("a")
    put(WorkFolder("imports/abc"), "rows", b"one")
    assert [path.name for path in WorkFolder("imports/abc").path.iterdir()] == ["rows"]
    clear_copies()
    assert WorkFolder("imports/abc").existing("rows").read_bytes() == b"one"
