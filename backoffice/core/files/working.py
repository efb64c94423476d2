"""Folders of files that are worked on by their path, whichever host of several does it.

Without a bucket a folder below MEDIA_ROOT holds the files themselves, and nothing is copied. With one the
bucket holds what is complete, and the folder is this host's copy of it: fetched where it is missing or of
an earlier version, cleared when nobody has asked for it in a day.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from backoffice.core.files.storage import shared

UNUSED_SECONDS = 24 * 3600


class WorkFolder:
    """`name` is its path below MEDIA_ROOT, and the beginning of its names in the bucket."""

    def __init__(self, name: str):
        self.name = name
        self.path = Path(settings.MEDIA_ROOT) / name

    def create(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, file: str) -> None:
        """A file is complete: now other hosts have it too. Raises StorageAway; then they have none of it."""
        if bucket := shared():
            with (self.path / file).open("rb") as opened:
                bucket.upload(opened, self._named(file))
            self._note(file, bucket.version(self._named(file)))

    def existing(self, file: str) -> Path:
        """Its place on this host. Raises FileNotFoundError and StorageAway."""
        path, bucket = self.path / file, shared()
        if bucket:
            self._fetch(path, bucket)
        elif not path.exists():
            raise FileNotFoundError(file)
        return path

    @contextmanager
    def changing(self, file: str) -> Iterator[Path]:
        """Around changing a kept file in its place. One that could not be kept counts no more."""
        path = self.existing(file)
        self._noted(file).unlink(missing_ok=True)
        yield path
        self.keep(file)

    def made_of(self, source: str, file: str, *how: str) -> Path:
        """The place of a file that is made of a kept one in the way `how`, on every host anew: another
        content or way has another place there. Raises like `existing`."""
        if not shared():
            return self.path / file
        self.existing(source)
        version = json.loads(self._noted(source).read_text())[0]
        return self.path / f"{hashlib.sha256(repr((version, how)).encode()).hexdigest()[:16]}.{file}"

    def remove(self, start: str = "") -> None:
        """Everything in it whose name begins so. Raises StorageAway, before anything goes from here."""
        if bucket := shared():
            bucket.delete_all([found.name for found in bucket.below(self._named(start))])
        if not start:
            shutil.rmtree(self.path, ignore_errors=True)
        for path in (*self.path.glob(f"{start}*"), *self.path.glob(f".{start}*")):
            path.unlink(missing_ok=True)

    def remove_older(self, seconds: float) -> None:
        """Files that nobody has changed for so long."""
        if bucket := shared():
            now = timezone.now()
            found = bucket.below(self._named(""))
            old = [one.name for one in found if (now - one.modified_at).total_seconds() > seconds]
            bucket.delete_all(old)
        for path in self.path.glob("*"):
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink(missing_ok=True)

    def _named(self, file: str) -> str:
        return f"{self.name}/{file}"

    def _fetch(self, path: Path, bucket) -> None:
        version = bucket.version(self._named(path.name))
        if version is None:
            raise FileNotFoundError(path.name)
        noted = self._noted(path.name)
        with suppress(OSError, ValueError):
            if json.loads(noted.read_text()) == [version, *_state(path)]:
                noted.touch()
                return
        self.create()
        bucket.download(self._named(path.name), path)
        self._note(path.name, version)

    def _note(self, file: str, version: str | None) -> None:
        """With the state of the file: one that was written since is not that version, however it came."""
        self._noted(file).write_text(json.dumps([version, *_state(self.path / file)]))

    def _noted(self, file: str) -> Path:
        return self.path / f".{file}.version"


def folders_older(name: str, seconds: float) -> set[str]:
    """The folders below `name` that nothing was put into for so long, here and in the bucket."""
    newest: dict[str, float] = {}
    for path in (Path(settings.MEDIA_ROOT) / name).glob("*/"):
        newest[path.name] = _newest(path)
    if bucket := shared():
        for found in bucket.below(f"{name}/"):
            folder, _slash, _file = found.name.removeprefix(f"{name}/").partition("/")
            newest[folder] = max(newest.get(folder, 0), found.modified_at.timestamp())
    return {folder for folder, moment in newest.items() if moment < time.time() - seconds}


def clear_copies(name: str = "imports") -> None:
    """This host's copies that nobody has asked for in a day; each host does it for itself."""
    if not shared():
        return
    for path in (Path(settings.MEDIA_ROOT) / name).glob("*/"):
        if _newest(path) < time.time() - UNUSED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _newest(folder: Path) -> float:
    moments = [folder.stat().st_mtime]
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):
            moments.append(path.stat().st_mtime)
    return max(moments)


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
