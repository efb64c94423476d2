"""Where files lie that outlive a request: below MEDIA_ROOT, or in a bucket that several hosts share.

`shared()` is the bucket where the installation has one. Pictures go through Django's default storage, files
that are worked on by their path through `working.WorkFolder`; nothing else knows of buckets.
"""

from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage

from backoffice.core.full_disk import whole_or_absent


class StorageAway(Exception):
    """The bucket does not answer, or not to us. Nothing was half done."""


class WholeFileStorage(FileSystemStorage):
    """Leaves nothing of a file that could not be written to its end."""

    def _save(self, name, content):
        with whole_or_absent(Path(self.path(name))):
            return super()._save(name, content)


def shared():
    """The `bucket.BucketStorage` of this installation, None when its files lie on this host alone."""
    return default_storage if getattr(default_storage, "is_shared", False) else None
