from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from backoffice.core.database.backups import BackupFault, write_backup
from backoffice.core.files.storage import StorageAway


class Command(BaseCommand):
    help = (
        "Copy database and files of people into a folder of their own, complete or not at all. "
        "Others may go on working meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", metavar="FOLDER", help="where backups lie; on another disk, best")

    def handle(self, *, target, **options):
        try:
            folder = write_backup(Path(target))
        except BackupFault as error:
            raise CommandError(str(error)) from None
        except StorageAway as error:
            raise CommandError(f"The bucket does not answer: {error}") from None
        except OSError as error:
            raise CommandError(f"{error.filename or target}: {error.strerror}") from None
        except DatabaseError as error:
            raise CommandError(f"{target}: {error}") from None
        self.stdout.write(f"Written: {folder}")
