"""Files that a till or shop puts into a folder come in by themselves, by the import of the browser.

What a file does not say waits for a person on the pages of the import; the next file with the same columns
is taken in as that one was. A file that is taken twice changes nothing: orders are known by their number.
"""

import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.imports import runs
from backoffice.imports.models import UNDO_DAYS, FileImport
from orders.arrivals import count_events
from orders.choices import SourceKind
from orders.importing import is_clear
from orders.models import ConnectedSource, OrderImport

COMPLETE_SECONDS = 60  # a file that nobody has written to for so long is complete
TAKEN = "taken"
_CHUNK_BYTES = 1024 * 1024
logger = structlog.get_logger(__name__)


def take_files() -> None:
    """Every minute: take in what is complete, and go on with what was read."""
    for folder in ConnectedSource.objects.filter(kind=SourceKind.FOLDER, is_on=True).select_related(
        "organisation", "location"
    ):
        with translation.override(folder.organisation.language):
            problem = _look_into(folder)
        if problem != folder.problem:
            ConnectedSource.objects.filter(pk=folder.pk).update(problem=problem)
    _go_on()


def _look_into(folder: ConnectedSource) -> str:
    """Take all files that are complete; what to tell about one that could not be taken, else empty."""
    problem = ""
    try:
        for file in _complete_files(folder.path):
            try:
                _take(folder, file)
            except ValidationError as error:
                problem = f"{_name_of(file)}: {' '.join(error.messages)}"
        _clear(folder.path / TAKEN)
    except OSError as error:
        logger.warning("folder_not_read", folder=folder.pk, reason=type(error).__name__)
        problem = _("The server cannot read the folder: %(reason)s.") % {"reason": error.strerror}
    return problem


def _complete_files(path: Path) -> Iterator[Path]:
    """Links are not followed: they could lead to files that are none of the restaurant's."""
    path.mkdir(parents=True, exist_ok=True)
    for file in sorted(path.iterdir()):
        is_ours = not file.is_symlink() and not file.name.startswith(".")
        if is_ours and (file.is_file() or _is_till_export(file)) and _is_complete(file):
            yield file


def _is_till_export(path: Path) -> bool:
    """Whether a folder in the folder is the export of a till."""
    return path.is_dir() and path.name != TAKEN and (path / "index.xml").is_file()


def _is_complete(path: Path) -> bool:
    files = [path, *path.iterdir()] if path.is_dir() else [path]
    return all(abs(time.time() - file.lstat().st_mtime) >= COMPLETE_SECONDS for file in files)


def _take(folder: ConnectedSource, file: Path) -> None:
    """Keep the file as an import, then put it aside. Raises ValidationError when it is none."""
    if file.is_dir():
        _take_archive(folder, file)
        return
    stat = file.stat()
    runs.check_size(stat.st_size)
    is_kept = folder.imports.filter(
        filename=_name_of(file)[-200:],
        size_bytes=stat.st_size,
        created_at__gte=datetime.fromtimestamp(stat.st_mtime, UTC),
    )
    if not is_kept.exclude(state=FileImport.State.UNDONE).exists():  # else it could not be put aside before
        with file.open("rb") as content:
            runs.begin(
                OrderImport,
                organisation=folder.organisation,
                actor=None,
                name=_name_of(file),
                chunks=iter(lambda: content.read(_CHUNK_BYTES), b""),
                sent_by=folder,
            )
        count_events(folder, events=1)
    _put_aside(folder, file)


def _take_archive(folder: ConnectedSource, export: Path) -> None:
    """The export of a till as a folder: what stands in it becomes the ZIP that the import reads."""
    packed = export.with_name(f".{export.name}.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(export.iterdir()):
            if file.is_file() and not file.is_symlink():
                archive.write(file, file.name)
    shown = export.with_name(f"{export.name}.zip")
    packed.rename(shown)
    os.utime(shown, (export.stat().st_mtime,) * 2)
    _take(folder, shown)
    _put_aside(folder, export)


def _put_aside(folder: ConnectedSource, file: Path) -> None:
    aside = folder.path / TAKEN / f"{timezone.now():%Y-%m-%d %H%M%S}"  # a name may be as long as names can be
    aside.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # another worker was quicker
        file.rename(aside / file.name)


def _name_of(file: Path) -> str:
    """As text: a till may write names in an encoding of its own, which no database takes."""
    return os.fsencode(file.name).decode(errors="replace")


def _clear(aside: Path) -> None:
    """Files hold personal data: they go when their import can no longer be taken back."""
    oldest = timezone.now().timestamp() - (UNDO_DAYS + 1) * 24 * 3600
    for folder in aside.glob("*"):
        if folder.lstat().st_ctime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _go_on() -> None:
    """Take in what was read, from folders and keys of the API; where the file leaves a question open, it
    waits for a person."""
    waiting = OrderImport.objects.filter(sent_by__is_on=True, state=FileImport.State.UPLOADED)
    for run in waiting.exclude(profile={}).select_related("job", "organisation"):
        with translation.override(run.organisation.language):
            if is_clear(run):
                with suppress(runs.NotPossible):
                    runs.start_unchecked(run, run.mapping, actor=None)
