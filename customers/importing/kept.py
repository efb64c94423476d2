"""A file that a person chose while something else on the form was missing: kept until it is sent on, a day
at most. Each person has one place for it in each organisation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from django.core import signing

from backoffice.core.files.working import WorkFolder
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


def keep_file(*, organisation, person, name: str, chunks: Iterable[bytes]) -> KeptFile:
    """Keep a file in place of the one that was kept before."""
    forget_files(organisation, person)
    key = token_hex(16)
    folder, file_name = _folder(), f"{_whose(organisation, person)}{key}"
    folder.create()
    path = folder.path / file_name
    with whole_or_absent(path), path.open("wb") as file:
        file.writelines(chunks)
    folder.keep(file_name)
    return KeptFile(name, path, signing.dumps([key, name], salt=_SALT))


def find_file(token: str, *, organisation, person) -> KeptFile | None:
    """The file that a token means, as long as it is here; to others it means nothing."""
    try:
        key, name = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    try:
        return KeptFile(name, _folder().existing(f"{_whose(organisation, person)}{key}"), token)
    except FileNotFoundError:
        return None


def forget_files(organisation, person) -> None:
    _folder().remove(_whose(organisation, person))


def clear_kept_files() -> None:
    """Whoever left the form for a day does not come back to it."""
    _folder().remove_older(KEPT_SECONDS)


def _whose(organisation, person) -> str:
    return f"{organisation.pk}-{person.pk}-"


def _folder() -> WorkFolder:
    return WorkFolder("imports/kept")
