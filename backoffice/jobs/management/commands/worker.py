from django.core.management.base import BaseCommand

from backoffice.jobs.worker import Worker


class Command(BaseCommand):
    help = (
        "Send mail and do imports and other long work in the background, until Ctrl-C or SIGTERM. "
        "Run at least one; on PostgreSQL several share the work."
    )

    def handle(self, **options):
        Worker().work()
