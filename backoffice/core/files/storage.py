from pathlib import Path

from django.core.files.storage import FileSystemStorage

from backoffice.core.full_disk import whole_or_absent


class WholeFileStorage(FileSystemStorage):
    """Leaves nothing of a file that could not be written to its end."""

    def _save(self, name, content):
        with whole_or_absent(Path(self.path(name))):
            return super()._save(name, content)
