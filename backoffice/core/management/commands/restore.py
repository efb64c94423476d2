from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from backoffice.core.database.backups import BackupFault, read_backup
from backoffice.core.files.storage import StorageAway


class Command(BaseCommand):
    help = (
        "Put a backup in the place of database and files of people. End web and workers first, then run "
        "migrate and check_invariants."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="BACKUP")
        parser.add_argument("--replace", action="store_true", help="yes, what is here now goes")

    def handle(self, *, folder, replace, **options):
        if not replace:
            raise CommandError("This replaces the database and all files of people. Say so with --replace.")
        try:
            read_backup(Path(folder))
        except BackupFault as error:
            raise CommandError(str(error)) from None
        except StorageAway as error:
            raise CommandError(f"The bucket does not answer: {error}") from None
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}") from None
        self.stdout.write("Restored. Now run migrate, then check_invariants.")
