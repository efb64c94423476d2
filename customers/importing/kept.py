"""A file that a person chose while something else on the form was missing: kept until it is sent on, a day
at most. Each person has one place for it in each organisation."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core import signing

from backoffice.core.full_disk import whole_or_absent

KEPT_SECONDS = 24 * 3600
_CHUNK_BYTES = 1024 * 1024
_SALT = "customers.importing.kept"


@dataclass(frozen=True)
class KeptFile:
    """`token` is what the form sends along to mean this file."""

    name: str
    path: Path
    token: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from iter(lambda: file.read(_CHUNK_BYTES), b"")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def keep_file(*, organisation, person, name: str, chunks: Iterable[bytes]) -> KeptFile:
    """Keep a file in place of the one that was kept before."""
    forget_files(organisation, person)
    key = token_hex(16)
    kept = _kept(organisation, person, key, name)
    kept.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_or_absent(kept.path), kept.path.open("wb") as file:
        file.writelines(chunks)
    return kept


def find_file(token: str, *, organisation, person) -> KeptFile | None:
    """The file that a token means, as long as it is here; to others it means nothing."""
    try:
        key, name = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    kept = _kept(organisation, person, key, name)
    return kept if kept.path.exists() else None


def forget_files(organisation, person) -> None:
    for path in _folder().glob(f"{organisation.pk}-{person.pk}-*"):
        path.unlink(missing_ok=True)


def clear_kept_files() -> None:
    """Whoever left the form for a day does not come back to it."""
    for path in _folder().glob("*"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _kept(organisation, person, key: str, name: str) -> KeptFile:
    token = signing.dumps([key, name], salt=_SALT)
    return KeptFile(name, _folder() / f"{organisation.pk}-{person.pk}-{key}", token)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / "kept"
