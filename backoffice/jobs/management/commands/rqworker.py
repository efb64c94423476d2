from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Take mail and other short tasks from Redis (TASKS_BACKEND=rq), until Ctrl-C or SIGTERM. "
        "Imports and other long work stay with `worker`."
    )

    def add_arguments(self, parser):
        parser.add_argument("--burst", action="store_true", help="end when nothing is left")

    def handle(self, *, burst, **options):
        if settings.TASKS_BACKEND != "rq":
            raise CommandError("Nothing is put into Redis here. Set TASKS_BACKEND=rq and REDIS_URL.")
        from backoffice.jobs.rq_worker import work_for_redis

        work_for_redis(burst=burst)
