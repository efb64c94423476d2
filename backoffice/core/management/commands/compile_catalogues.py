from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile changed translation catalogues without gettext being installed."
    requires_system_checks = []

    def handle(self, **options):
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                _compile(source)


def _compile(source: Path) -> None:
    import polib  # only here: a running installation does not need it

    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    polib.pofile(str(source)).save_as_mofile(str(target))
