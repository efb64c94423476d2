"""Files in a bucket of a server that speaks S3; the only module that knows boto3. Imported when one is set.

An object is there whole or not at all: what is sent in parts becomes visible with the last one.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, NamedTuple

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from backoffice.core.files.storage import StorageAway

_MISSING = {"404", "NoSuchKey", "NotFound"}
_PART_BYTES = 8 * 1024 * 1024
# parts one after the other: the memory of one transfer is that of one part
_TRANSFER = TransferConfig(
    multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, use_threads=False
)
_PATIENCE = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"max_attempts": 2},
    request_checksum_calculation="when_required",  # not every server of this kind knows the newer ones
    response_checksum_validation="when_required",
)
_SPOOL_BYTES = 2 * 1024 * 1024


class Stored(NamedTuple):
    name: str
    size: int
    modified_at: datetime


class BucketStorage(S3Storage):
    """All names lie below `location`. Nothing has an address of its own: our views hand files out.

    Every method raises StorageAway when the server does not do what it was asked.
    """

    is_shared = True

    def __init__(self, **options):
        super().__init__(**options)
        self.client_config = self.client_config.merge(_PATIENCE)

    def get_default_settings(self):
        kept = {
            "default_acl": None,  # private: what nobody says more about is the owner's alone
            "file_overwrite": False,
            "max_memory_size": _SPOOL_BYTES,
            "transfer_config": _TRANSFER,
        }
        return super().get_default_settings() | kept

    def url(self, name, *args, **kwargs):
        return ""

    def _open(self, name, mode="rb"):
        with _answering():
            file = super()._open(name, mode)
            file.seek(0)  # fetches it: an answer that has begun could no longer say that it breaks off
            return file

    def _save(self, name, content):
        with _answering():
            return super()._save(name, content)

    def exists(self, name):
        with _answering():
            return super().exists(name)

    def delete(self, name):
        with _answering():
            super().delete(name)

    def version(self, name: str) -> str | None:
        """What changes with the content of an object; None when there is none."""
        try:
            with _answering():
                return self._client.head_object(**self._place(name))["ETag"]
        except FileNotFoundError:
            return None

    def upload(self, file: BinaryIO, name: str) -> None:
        """Put a file in the place of what had this name."""
        with _answering():
            self.bucket.upload_fileobj(file, self._key(name), Config=_TRANSFER)

    def download(self, name: str, path: Path) -> None:
        """Complete under this path, or absent. Raises FileNotFoundError when there is no such object."""
        part = path.with_name(f".{path.name}.{token_hex(4)}.part")
        try:
            with _answering(), part.open("wb") as file:
                self.bucket.download_fileobj(self._key(name), file, Config=_TRANSFER)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """Its bytes as they come over the line, and how many. Raises FileNotFoundError."""
        with _answering():
            found = self._client.get_object(**self._place(name))
            with closing(found["Body"]) as body:
                yield body, found["ContentLength"]

    def below(self, start: str) -> Iterator[Stored]:
        """All objects whose name begins so, by name."""
        skip = len(self._key(""))
        with _answering():
            for found in self.bucket.objects.filter(Prefix=self._key(start)):
                yield Stored(found.key[skip:], found.size, found.last_modified)

    def delete_all(self, names: Iterable[str]) -> None:
        with _answering():
            for name in names:
                self._client.delete_object(**self._place(name))

    @property
    def _client(self):
        return self.connection.meta.client

    def _place(self, name: str) -> dict:
        return {"Bucket": self.bucket_name, "Key": self._key(name)}

    def _key(self, name: str) -> str:
        return f"{self.location.strip('/')}/{name}"


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        if code in _MISSING:
            raise FileNotFoundError(code) from error
        raise StorageAway(type(error).__name__) from error
