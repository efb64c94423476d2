from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class TidyUploadHandler(TemporaryFileUploadHandler):
    """Django's leaves the part that was written when the disk is full."""

    def receive_data_chunk(self, raw_data, start):
        with self._whole_or_absent():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        with self._whole_or_absent():
            return super().file_complete(file_size)

    @contextmanager
    def _whole_or_absent(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            with suppress(OSError):  # what waits to be written finds no room either
                self.file.close()
            raise
